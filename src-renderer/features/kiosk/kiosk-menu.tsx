import { useTranslation } from 'react-i18next';
import { openRoute, type ViewName, viewNames } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface KioskMenuProps {
  readonly isOpen: boolean;
  readonly here: ViewName;
  readonly onClose: () => void;
  readonly onLeave: () => void;
}

/** The settings change what only someone with the PIN may change. */
const offered = viewNames.filter((name) => name !== 'settings');

/** The way to the other views by touch, and out. */
export function KioskMenu({ isOpen, here, onClose, onLeave }: KioskMenuProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t('kiosk.menu')}
      isOpen={isOpen}
      onClose={onClose}
      testId="kiosk-menu"
      actions={
        <Button look="quiet" onPress={onLeave}>
          {t('kiosk.leave')}
        </Button>
      }
    >
      <nav className="kiosk-views" aria-label={t('navigation.label')}>
        {offered.map((name) => (
          <Button
            key={name}
            look={name === here ? 'main' : 'quiet'}
            size="large"
            {...(name === here ? { 'aria-current': 'page' as const } : {})}
            onPress={() => {
              onClose();
              openRoute(name);
            }}
          >
            {t(`navigation.${name}`)}
          </Button>
        ))}
      </nav>
    </Dialog>
  );
}
