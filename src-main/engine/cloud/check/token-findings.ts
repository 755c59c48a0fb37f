import { CloudError } from '../cloud-error.ts';
import type { CloudSession } from '../cloud-session.ts';
import type { CloudFinding } from './finding.ts';

const next = 'Give the box a new one (backhaul cloud token or cloud enroll, then cloud sign-in on the box).';

/** What is wrong with the device token itself; `locationId` is the box's own, null where it has none yet. */
export function tokenFindings(session: CloudSession, locationId: string | null): CloudFinding[] {
  const { tokenLocation } = session;
  const found: CloudFinding[] = [];
  if (tokenLocation === null) {
    found.push(tokenFinding(`The device token names no location, so it may neither read nor write. ${next}`));
  } else if (locationId !== null && tokenLocation !== locationId) {
    const [token, box] = [JSON.stringify(tokenLocation), JSON.stringify(locationId)];
    found.push(tokenFinding(`The device token is for the location ${token}, this box is ${box}. ${next}`));
  }
  if (session.readOnly)
    found.push(tokenFinding(`The device token may only read, so nothing can be sent. ${next}`));
  return found;
}

/** A sign-in that is refused is a finding, too; null for any other error. */
export function refusedSignIn(error: unknown): CloudFinding | null {
  if (!(error instanceof CloudError) || error.fault.kind !== 'sign_in') return null;
  return tokenFinding(error.message);
}

function tokenFinding(problem: string): CloudFinding {
  return { name: 'token', table: null, problem, sql: '', migration: null };
}
