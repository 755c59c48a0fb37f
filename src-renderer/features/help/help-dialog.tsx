import { useTranslation } from 'react-i18next';
import type { ViewName } from '../../console/route.ts';
import { Dialog } from '../../ui/dialog.tsx';

interface HelpDialogProps {
  readonly view: ViewName;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** What the view in sight means, and the keys. */
export function HelpDialog({ isOpen, onClose }: HelpDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('navigation.help')} isOpen={isOpen} onClose={onClose} shape="panel" testId="help">
      {null}
    </Dialog>
  );
}
