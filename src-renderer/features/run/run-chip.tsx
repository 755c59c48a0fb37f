import { useTranslation } from 'react-i18next';
import type { RunResult } from '../../../src-main/contract/run-shapes.ts';
import { Chip } from '../../ui/chip.tsx';
import { runTones } from './run-status.ts';

/** How a run ended, in a word. */
export function RunChip({ run }: { readonly run: Pick<RunResult, 'status' | 'verified'> }) {
  const { t } = useTranslation();
  const isVerified = run.status === 'success' && run.verified;
  return (
    <Chip tone={runTones[run.status]}>
      {isVerified ? t('runStatus.verified') : t(`runStatus.${run.status}`)}
    </Chip>
  );
}
