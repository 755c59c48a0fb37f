import { useTranslation } from 'react-i18next';
import { useDesktop } from '../../console/console-context.tsx';
import { type ViewName, viewNames } from '../../console/route.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { SwitchField } from '../../ui/field.tsx';
import './help.css';

interface HelpDialogProps {
  readonly view: ViewName;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const mostPoints = 6;

/** What the view in sight means, in questions and answers; and the keys. */
export function HelpDialog({ view, isOpen, onClose }: HelpDialogProps) {
  const { t, i18n } = useTranslation();
  const points = Array.from({ length: mostPoints }, (_, index) => `help.${view}.q${index + 1}`)
    .filter((key) => i18n.exists(key))
    .map((question) => ({ question, answer: question.replace(/q(\d)$/u, 'a$1') }));
  return (
    <Dialog
      title={t('help.title', { view: t(`navigation.${view}`) })}
      isOpen={isOpen}
      onClose={onClose}
      shape="panel"
      testId="help"
    >
      <dl className="help-points">
        {points.map(({ question, answer }) => (
          <div key={question}>
            <dt>{t(question as 'help.home.q1')}</dt>
            <dd>{t(answer as 'help.home.a1')}</dd>
          </div>
        ))}
      </dl>
      <Keys />
    </Dialog>
  );
}

function Keys() {
  const { t } = useTranslation();
  const single = useDesktop((state) => state.preferences.keyShortcuts);
  const setPreferences = useDesktop((state) => state.setPreferences);
  return (
    <section aria-labelledby="keys" className="help-keys">
      <h3 id="keys">{t('help.keys.title')}</h3>
      <dl>
        <Key keys={['Alt', `1 – ${viewNames.length}`]} meaning={t('help.keys.views')} />
        <Key keys={['Ctrl', 'Enter']} meaning={t('help.keys.sync')} />
        <Key keys={single ? ['F1', '?'] : ['F1']} separate meaning={t('help.keys.help')} />
        <Key keys={['Esc']} meaning={t('help.keys.close')} />
      </dl>
      <SwitchField
        label={t('help.keys.single')}
        hint={t('help.keys.singleHint')}
        isSelected={single}
        onChange={(keyShortcuts) => void setPreferences({ keyShortcuts })}
      />
    </section>
  );
}

interface KeyProps {
  readonly keys: readonly string[];
  readonly meaning: string;
  /** either key does it, not both together */
  readonly separate?: boolean;
}

function Key({ keys, meaning, separate = false }: KeyProps) {
  return (
    <div>
      <dt>
        {keys.map((key, index) => (
          <span key={key}>
            {index > 0 && (separate ? ' / ' : ' + ')}
            <kbd>{key}</kbd>
          </span>
        ))}
      </dt>
      <dd>{meaning}</dd>
    </div>
  );
}
