import { useTranslation } from 'react-i18next';
import type { HealthCheck } from '../../../src-main/contract/health-shapes.ts';
import { routeLink, type ViewName } from '../../console/route.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { type Formats, readInstant } from '../../ui/formats.ts';

/** Where something can be done about a check. */
const places: Readonly<Partial<Record<HealthCheck['name'], ViewName>>> = {
  schedule: 'home',
  capture: 'capture',
  verification: 'cloud',
  cameras: 'capture',
  other_sync: 'cloud',
};

interface HealthCardProps {
  readonly check: HealthCheck;
  readonly formats: Formats;
  readonly now: Date;
  readonly isDisabled: boolean;
  readonly onAcknowledgeDamage: () => void;
}

/** A check of the box that needs someone: what it means and what to do. */
export function HealthCard({ check, formats, now, isDisabled, onAcknowledgeDamage }: HealthCardProps) {
  const { t, i18n } = useTranslation();
  const id = `health-${check.name}`;
  const key = `healthCheck.${check.name}`;
  const place = places[check.name];
  const since = readInstant(String(check.values.since ?? ''));
  const age = since === null ? '' : formats.age(now.getTime() - since.getTime());
  const values = Object.fromEntries(
    Object.entries(check.values).map(([name, value]) => [
      name,
      typeof value === 'number' ? formats.number(Math.abs(value)) : value,
    ]),
  );
  const texts = { ...values, age } as unknown as { recovered: string; unreadable: string; file: string };
  return (
    <Card labelledBy={id} tone={check.level === 'critical' ? 'attention' : 'off'} testId={id}>
      <div className="cause-head">
        <h2 id={id}>
          {i18n.exists(`${key}.title`)
            ? t(`${key}.title` as 'healthCheck.damage.title', texts)
            : check.message}
        </h2>
        {check.name === 'damage' && (
          <div className="cause-actions">
            <Button look="main" isDisabled={isDisabled} onPress={onAcknowledgeDamage}>
              {t('healthCheck.damage.acknowledge')}
            </Button>
          </div>
        )}
        {place && (
          <div className="cause-actions">
            <a className="button quiet small" href={routeLink(place)}>
              {t(`${key}.link` as 'healthCheck.cameras.link')}
            </a>
          </div>
        )}
      </div>
      {i18n.exists(`${key}.means`) && (
        <div>
          <p>{t(`${key}.means` as 'healthCheck.damage.means', texts)}</p>
          <p>{t(`${key}.next` as 'healthCheck.damage.next', texts)}</p>
        </div>
      )}
    </Card>
  );
}
