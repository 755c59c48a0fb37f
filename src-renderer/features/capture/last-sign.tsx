import { useTranslation } from 'react-i18next';
import type { LiveCamera } from '../../../src-main/contract/live-shapes.ts';
import { type Formats, readInstant } from '../../ui/formats.ts';

interface LastSignProps {
  readonly camera: LiveCamera;
  readonly formats: Formats;
  readonly now: Date;
}

/** When a camera was last heard of; in red where it is silent too long. */
export function LastSign({ camera, formats, now }: LastSignProps) {
  const { t } = useTranslation();
  const at = readInstant(camera.lastSignAt ?? '');
  if (!at) return <span className="last-sign quiet-text">{t('capture.neverHeard')}</span>;
  const ago = formats.ago(now.getTime() - at.getTime());
  return (
    <span className={`last-sign numbers ${camera.silent ? 'silent' : 'quiet-text'}`}>
      {camera.silent ? t('capture.silent', { ago }) : t('capture.heard', { ago })}
    </span>
  );
}
