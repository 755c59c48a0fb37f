import type { HealthCheck } from '../../../src-main/contract/health-shapes.ts';
import type { ErrorEntry } from '../../../src-main/contract/report-shapes.ts';
import type { Formats } from '../../ui/formats.ts';
import { HealthCard } from './health-card.tsx';
import { LinesCard } from './lines-card.tsx';
import { type RecordActions, RecordsCard } from './records-card.tsx';
import { RunCauseCard } from './run-cause-card.tsx';
import type { ErrorsState } from './store.ts';

interface CauseListProps extends Omit<RecordActions, 'onNeed'> {
  readonly causes: readonly ErrorEntry[];
  readonly checks: readonly HealthCheck[];
  readonly view: ErrorsState;
  /** the group that another view led to */
  readonly wanted: Readonly<Record<string, string>>;
  readonly isDisabled: boolean;
  readonly formats: Formats;
  readonly now: Date;
}

/** A card for each thing that needs a person; what stops the box comes first. */
export function CauseList(props: CauseListProps) {
  const { causes, checks, view, wanted, isDisabled, formats, now, ...actions } = props;
  const health = {
    formats,
    now,
    isDisabled,
    onAcknowledgeDamage: () => void view.acknowledgeDamage(),
  };
  const of = (level: HealthCheck['level']) => checks.filter((check) => check.level === level);
  return (
    <>
      {of('critical').map((check) => (
        <HealthCard key={check.name} check={check} {...health} />
      ))}
      {causes.map((error) => {
        const key = `${error.unit} ${error.group} ${error.code}`;
        if (error.unit === 'records') {
          return (
            <RecordsCard
              key={key}
              error={error}
              list={view.records[error.code]}
              startsOpen={wanted.code === error.code}
              isDisabled={isDisabled}
              formats={formats}
              now={now}
              onNeed={view.needRecords}
              {...actions}
            />
          );
        }
        if (error.unit === 'lines') {
          return (
            <LinesCard
              key={key}
              error={error}
              list={view.lines[error.code]}
              isDisabled={isDisabled}
              formats={formats}
              now={now}
              onNeed={view.needLines}
              onAcknowledge={(code) => void view.acknowledge(code)}
            />
          );
        }
        return <RunCauseCard key={key} error={error} formats={formats} now={now} />;
      })}
      {of('warning').map((check) => (
        <HealthCard key={check.name} check={check} {...health} />
      ))}
    </>
  );
}
