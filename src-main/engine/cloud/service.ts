export { type CheckOptions, type CloudCheck, checkCloud, checkDatabase } from './check/check-cloud.ts';
export type { CloudFinding, FindingName } from './check/finding.ts';
export {
  type CloudAccess,
  type CloudAccessOptions,
  createCloudAccess,
  refusedAccess,
} from './cloud-access.ts';
export type { CloudSession } from './cloud-session.ts';
export { type CloudSettings, type CloudTarget, cloudTarget } from './cloud-target.ts';
export { cloudVerifier } from './cloud-verifier.ts';
export { cloudDisposition as dispositionOf, errorCauseOf, refusalOf } from './disposition.ts';
export { keepCloud } from './keep-cloud.ts';
export { tableSink } from './table-sink.ts';
export { readOnlyFault } from './token-claims.ts';
export { type CloudWatch, watchCloud } from './watch-cloud.ts';
