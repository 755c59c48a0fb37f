import { useTranslation } from 'react-i18next';
import type { LiveCapture } from '../../../src-main/contract/live-shapes.ts';

interface QuietLineProps {
  readonly live: LiveCapture | null;
  readonly locationId: string | null;
}

/** What goes on as always: how much came today, whether the cameras are well, which store this is. */
export function QuietLine({ live, locationId }: QuietLineProps) {
  const { t } = useTranslation();
  const cameras = live?.cameras ?? [];
  const silent = cameras.filter((camera) => camera.silent).length;
  return (
    <ul className="kiosk-quiet" data-testid="quiet-line">
      {live && <li>{t('kiosk.today', { count: live.capturedToday })}</li>}
      {cameras.length > 0 && (
        <li>
          {silent === 0
            ? t('kiosk.cameras', { count: cameras.length })
            : t('kiosk.silentCameras', { count: silent, all: cameras.length })}
        </li>
      )}
      {locationId !== null && <li>{locationId}</li>}
    </ul>
  );
}
