import type { HealthCheck, HealthReport } from '../../../src-main/contract/health-shapes.ts';
import type { QuarantinePageEntry } from '../../../src-main/contract/quarantine-shapes.ts';
import type { ErrorEntry } from '../../../src-main/contract/report-shapes.ts';

type RecordCause =
  | 'state'
  | 'check'
  | 'missing'
  | 'form'
  | 'wrongLocation'
  | 'conflict'
  | 'copy'
  | 'impossibleTime'
  | 'shape'
  | 'key'
  | 'other';

type LineCause =
  | 'wrongLocation'
  | 'noZones'
  | 'noSession'
  | 'impossibleTime'
  | 'notJson'
  | 'encoding'
  | 'tooLong'
  | 'unknownType'
  | 'conflict'
  | 'other';

type RunCause =
  | 'network'
  | 'timeout'
  | 'rate_limit'
  | 'sign_in'
  | 'notSetUp'
  | 'permission'
  | 'missing'
  | 'rule'
  | 'storage'
  | 'conflict'
  | 'interrupted'
  | 'olderScript'
  | 'internal';

/** Where a cause's words lie among the texts. */
export type CauseKey = `recordCause.${RecordCause}` | `lineCause.${LineCause}` | `runCause.${RunCause}`;

const recordCauses: readonly (readonly [RegExp, RecordCause])[] = [
  [/^23514$/, 'check'],
  [/^23502$/, 'missing'],
  [/^(22.{3}|PGRST102)$/, 'form'],
  [/^wrong_location$/, 'wrongLocation'],
  [/^(conflict|21000)$/, 'conflict'],
  [/^copy_of_quarantined$/, 'copy'],
  [/^impossible_time$/, 'impossibleTime'],
  [/^invalid_shape$/, 'shape'],
];

const lineCauses: readonly (readonly [RegExp, LineCause])[] = [
  [/^wrong_location$/, 'wrongLocation'],
  [/^no_zones$/, 'noZones'],
  [/^no_session$/, 'noSession'],
  [/^impossible_time$/, 'impossibleTime'],
  [/^(invalid_json|too_deep)$/, 'notJson'],
  [/^(invalid_utf8|nul_character|unpaired_surrogate)$/, 'encoding'],
  [/^too_long$/, 'tooLong'],
  [/^(unknown_type|unsupported)$/, 'unknownType'],
  [/^conflict$/, 'conflict'],
];

type CauseMark = Pick<ErrorEntry, 'unit' | 'group' | 'code'>;
type RefusedPart = Pick<QuarantinePageEntry, 'column' | 'correctable'>;

/** Codes of content: where a run failed for one of them, a rule refuses everything. */
const content = /^(23514|23502|22.{3})$/;

/**
 * The words of a cause, by unit, group and code.
 * @param newest of records: what the newest refusal is about, where that is known
 */
export function causeKey({ unit, group, code }: CauseMark, newest?: RefusedPart): CauseKey {
  if (unit === 'records') {
    const cause = recordCauses.find(([codes]) => codes.test(code))?.[1] ?? 'other';
    if (newest?.correctable === false && needsCorrection(code)) return 'recordCause.key';
    return `recordCause.${cause === 'check' && newest?.column === 'state' ? 'state' : cause}`;
  }
  if (unit === 'lines') return `lineCause.${lineCauses.find(([codes]) => codes.test(code))?.[1] ?? 'other'}`;
  return `runCause.${runCause(group, code)}`;
}

/** Whether records of this cause are refused again as they are: what they hold must be corrected first. */
export function needsCorrection(code: string): boolean {
  return /^(22|23(502|514))/u.test(code) || code === 'impossible_time' || code === 'invalid_shape';
}

function runCause(group: ErrorEntry['group'], code: string): RunCause {
  switch (group) {
    case 'sign_in':
      return code === 'misconfigured' || code === 'invalid_input' ? 'notSetUp' : 'sign_in';
    case 'schema':
      return content.test(code) ? 'rule' : 'missing';
    case 'data':
      return 'rule';
    case 'internal':
      return code === 'interrupted' ? 'interrupted' : code === 'older_script' ? 'olderScript' : 'internal';
    default:
      return group;
  }
}

/** A check that needs someone; those that only count what the causes already say are left out. */
export function checksThatNeed(health: HealthReport | null, hasCauses: boolean): readonly HealthCheck[] {
  return (health?.checks ?? []).filter(
    ({ name, level }) => (level === 'critical' || level === 'warning') && !(name === 'failures' && hasCauses),
  );
}
