import { useTranslation } from 'react-i18next';
import type { HealthCheck } from '../../../src-main/contract/health-shapes.ts';
import { routeLink, type ViewName } from '../../console/route.ts';
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
}

/** A check of the box that needs someone: what it means and what to do. */
export function HealthCard({ check, formats, now }: HealthCardProps) {
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
  return (
    <Card labelledBy={id} tone={check.level === 'critical' ? 'attention' : 'off'} testId={id}>
      <div className="cause-head">
        <h2 id={id}>
          {i18n.exists(`${key}.title`)
            ? t(
                `${key}.title` as 'healthCheck.disk.title',
                { ...values, age } as unknown as { percent: string },
              )
            : check.message}
        </h2>
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
          <p>{t(`${key}.means` as 'healthCheck.disk.means')}</p>
          <p>{t(`${key}.next` as 'healthCheck.disk.next')}</p>
        </div>
      )}
    </Card>
  );
}
