export { type CheckOptions, type CloudCheck, checkCloud, checkDatabase } from './check/check-cloud.ts';
export { checkConfigured } from './check/check-configured.ts';
export { checkTrial, refuseImpossible } from './check/check-trial.ts';
export type { CloudFinding, FindingName } from './check/finding.ts';
export { refusedSignIn } from './check/token-findings.ts';
export {
  type CloudAccess,
  type CloudAccessOptions,
  createCloudAccess,
  refusedAccess,
} from './cloud-access.ts';
export { cloudDetails } from './cloud-details.ts';
export {
  belongsElsewhere,
  localIdentity,
  nameOfIdentity,
  projectIdentity,
  readIdentity,
  runningLocalIdentity,
} from './cloud-identity.ts';
export type { CloudSession } from './cloud-session.ts';
export {
  type CloudSettings,
  type CloudTarget,
  cloudTarget,
  safeUrl,
} from './cloud-target.ts';
export { cloudVerifier } from './cloud-verifier.ts';
export { missingTokenFault, signIn, signInFault, signOut } from './device-sign-in.ts';
export { cloudDisposition as dispositionOf, errorCauseOf, refusalOf } from './disposition.ts';
export { type Enrollment, enrollDevice } from './enroll-device.ts';
export { keepCloud } from './keep-cloud.ts';
export { readLocationRows } from './location-rows.ts';
export { retriedAccess } from './retried-access.ts';
export { refuseImpossibleKey } from './secret-shape.ts';
export { tableSink } from './table-sink.ts';
export { isAccessToken, mayOnlyRead, readOnlyFault, tokenLocation } from './token-claims.ts';
export type { TokenStore } from './token-store.ts';
export { type CloudWatch, watchCloud } from './watch-cloud.ts';
