import { useTranslation } from 'react-i18next';
import type { LiveCamera } from '../../../src-main/contract/live-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Chip } from '../../ui/chip.tsx';
import type { Formats } from '../../ui/formats.ts';
import { LastSign } from '../capture/last-sign.tsx';

interface CamerasProps {
  readonly cameras: readonly LiveCamera[];
  readonly formats: Formats;
  readonly now: Date;
}

const mostShown = 6;

/** Whether each camera is heard of, and when it was last; silent ones first, the rest on the page of capture. */
export function Cameras({ cameras, formats, now }: CamerasProps) {
  const { t } = useTranslation();
  const ordered = [...cameras].sort((one, other) => Number(other.silent) - Number(one.silent));
  return (
    <section aria-labelledby="home-cameras">
      <h2 id="home-cameras">{t('homeCameras.title')}</h2>
      {cameras.length === 0 && <p className="none">{t('homeCameras.none')}</p>}
      <ul className="home-cameras">
        {ordered.slice(0, mostShown).map((camera) => (
          <li key={camera.cameraId}>
            <strong>{camera.name ?? camera.cameraId}</strong>
            <Chip tone={camera.silent ? 'attention' : 'safe'}>
              {t(camera.silent ? 'homeCameras.silent' : 'homeCameras.working')}
            </Chip>
            <LastSign camera={camera} formats={formats} now={now} />
          </li>
        ))}
      </ul>
      {cameras.length > mostShown && (
        <a href={routeLink('capture')}>{t('homeCameras.all', { count: cameras.length })}</a>
      )}
    </section>
  );
}
