import { useTranslation } from 'react-i18next';
import type { AlertRow } from '../../../src-main/contract/inventory-shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import type { Formats } from '../../ui/formats.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import type { Tone } from '../../ui/tone.ts';
import { isResolved } from './alert-list.ts';
import { useAlertWords } from './alert-words.ts';

interface AlertsSectionProps {
  readonly alerts: readonly AlertRow[];
  readonly acknowledging: number | null;
  readonly isDisabled: boolean;
  readonly formats: Formats;
  readonly instant: Date;
  readonly onAcknowledge: (id: number) => void;
}

const tones: Readonly<Record<AlertRow['severity'], Tone>> = {
  info: 'wait',
  warning: 'off',
  critical: 'attention',
};

/** What needs someone, the open ones first; who has seen one says so, and it goes when its cause is gone. */
export function AlertsSection(props: AlertsSectionProps) {
  const { alerts } = props;
  const { t } = useTranslation();
  return (
    <section className="stock-alerts" aria-labelledby="alerts-heading">
      <h2 id="alerts-heading">{t('inventory.alerts.title')}</h2>
      {alerts.length === 0 ? (
        <p className="section-note" data-testid="no-alerts">
          {t('inventory.alerts.none')}
        </p>
      ) : (
        <ScrollRegion className="alert-scroll" label={t('inventory.alerts.list')}>
          <ul className="alert-list" data-testid="alerts">
            {alerts.map((alert) => (
              <Alert key={alert.id} alert={alert} {...props} />
            ))}
          </ul>
        </ScrollRegion>
      )}
    </section>
  );
}

interface AlertProps extends Omit<AlertsSectionProps, 'alerts'> {
  readonly alert: AlertRow;
}

function Alert({ alert, acknowledging, isDisabled, formats, instant, onAcknowledge }: AlertProps) {
  const { t } = useTranslation();
  const words = useAlertWords(formats);
  const resolved = alert.resolved_utc;
  const since = formats.moment(new Date(alert.timestamp_utc * 1000), instant);
  const what = words(alert);
  return (
    <li className={isResolved(alert) ? 'resolved' : ''} data-alert={alert.id} data-severity={alert.severity}>
      <Chip tone={isResolved(alert) ? 'plain' : tones[alert.severity]}>
        {t(`inventory.severity.${alert.severity}`)}
      </Chip>
      <div className="alert-words">
        <p className="alert-what" title={alert.product_name}>
          {what}
        </p>
        <p className="quiet-text numbers">
          {resolved === null
            ? t('inventory.alerts.since', { since })
            : t('inventory.alerts.resolved', {
                since,
                until: formats.moment(new Date(resolved * 1000), instant),
              })}
        </p>
      </div>
      {alert.acknowledged || isResolved(alert) ? (
        <span className="quiet-text">{alert.acknowledged && t('inventory.alerts.acknowledged')}</span>
      ) : (
        <Button
          isPending={acknowledging === alert.id}
          isDisabled={isDisabled}
          onPress={() => onAcknowledge(alert.id)}
          aria-label={t('inventory.alerts.acknowledgeThis', { what })}
        >
          {t('inventory.alerts.acknowledge')}
        </Button>
      )}
    </li>
  );
}
