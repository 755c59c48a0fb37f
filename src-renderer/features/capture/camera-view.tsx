import { useTranslation } from 'react-i18next';
import type { LiveCamera, LiveTable } from '../../../src-main/contract/live-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Card } from '../../ui/card.tsx';
import type { Formats } from '../../ui/formats.ts';
import { LastSign } from './last-sign.tsx';
import { StateChip } from './state-chip.tsx';

interface CameraViewProps {
  readonly camera: LiveCamera;
  readonly formats: Formats;
  readonly now: Date;
}

/** What one camera sees now: its division and its tables. */
export function CameraView({ camera, formats, now }: CameraViewProps) {
  const { t } = useTranslation();
  const { cameraId, name, division, tables, silent } = camera;
  const heading = `camera-${cameraId}`;
  return (
    <Card labelledBy={heading} testId="camera" {...(silent ? { tone: 'attention' as const } : {})}>
      <div className="camera-head">
        <h3 id={heading}>{name ?? cameraId}</h3>
        {division && <StateChip state={division.state} />}
        <a href={routeLink('find', { camera: cameraId })}>{t('capture.records')}</a>
      </div>
      <p className="camera-sign">
        {name && <span className="quiet-text">{cameraId} · </span>}
        <LastSign camera={camera} formats={formats} now={now} />
      </p>
      {division && (
        <p className="camera-counts numbers">
          {t('capture.divisionCounts', {
            walking: countText(division.walkingAreaWaiters, formats),
            service: countText(division.serviceAreaWaiters, formats),
          })}
        </p>
      )}
      {tables.length > 0 && (
        <ul className="tables">
          {tables.map((table) => (
            <Table key={table.tableId} table={table} formats={formats} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Table({ table, formats }: { readonly table: LiveTable; readonly formats: Formats }) {
  const { t } = useTranslation();
  return (
    <li data-table={table.tableId}>
      <span className="table-id">{table.tableId}</span>
      <StateChip state={table.state} />
      <span className="quiet-text numbers">
        {t('capture.tableCounts', {
          customers: countText(table.customersCount, formats),
          waiters: countText(table.waitersCount, formats),
        })}
      </span>
    </li>
  );
}

function countText(count: number | null, formats: Formats): string {
  return count === null ? '–' : formats.number(count);
}
