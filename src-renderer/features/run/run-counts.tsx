import { useTranslation } from 'react-i18next';
import type { RunResult } from '../../../src-main/contract/run-shapes.ts';
import { Counts } from '../../ui/counts.tsx';
import type { Formats } from '../../ui/formats.ts';

const names = ['sent', 'duplicates', 'quarantined', 'failed', 'stranded'] as const;

interface RunCountsProps {
  readonly run: Pick<RunResult, (typeof names)[number] | 'status' | 'durationMs'>;
  readonly formats: Formats;
  /** zeros too; else only what was sent and what was not as it should be */
  readonly all?: boolean;
}

/** What a run did, and how long it took. */
export function RunCounts({ run, formats, all = false }: RunCountsProps) {
  const { t } = useTranslation();
  const shown = names.filter((name) => all || name === 'sent' || run[name] > 0);
  const took = run.status === 'running' ? '–' : formats.duration(run.durationMs);
  return (
    <Counts
      counts={[
        ...shown.map((name) => ({ name: t(`runCounts.${name}`), value: formats.number(run[name]) })),
        { name: t('runCounts.took'), value: took },
      ]}
    />
  );
}
