import { BackhaulError } from '../../../contract/errors.ts';
import { type CloudTarget, checkCloud, createCloudAccess } from '../../cloud/service.ts';
import { critical, type Finding, fine } from '../finding.ts';
import type { Patient } from '../patient.ts';

const withinMs = 15_000;
const waits = 'Nothing is lost: what cannot be sent waits here.';
const mend = 'Run "backhaul cloud check": it prints the SQL that mends it.';
const mostFindings = 8;

/** Whether the project has the tables, keys and rights that the product needs. Nothing is written. */
export async function cloudSchema(
  patient: Patient,
  target: Extract<CloudTarget, { kind: 'supabase' }>,
): Promise<readonly Finding[]> {
  const access = createCloudAccess({
    dataDir: patient.dataDir,
    target,
    requestTimeoutMs: withinMs,
    now: patient.now,
    respectHold: true,
  });
  const signal = AbortSignal.timeout(withinMs);
  try {
    const session = await access.open(null, signal);
    const { findings } = await checkCloud(session, signal);
    // What is wrong with the token is told by its own check.
    const lacking = findings.filter(({ name }) => name !== 'token').map(({ problem }) => problem);
    if (lacking.length === 0) return [fine(`${new URL(target.url).host} answers and has what is needed.`)];
    return told(lacking);
  } catch (error) {
    if (!(error instanceof BackhaulError)) throw error;
    const cause = error.code === 'unavailable' || error.code === 'rate_limited' ? 'unreachable' : 'fault';
    return [critical(error.message, mend, cause)];
  } finally {
    await access.close();
  }
}

function told(problems: readonly string[]): readonly Finding[] {
  const shown = problems.slice(0, mostFindings).map((problem) => critical(`${problem} ${waits}`, mend));
  const more = problems.length - shown.length;
  return more > 0
    ? [...shown, critical(`${more} more things are missing in the cloud. ${waits}`, mend)]
    : shown;
}
