export { CredentialVerifier } from './credential-verifier';
export { ResolutionAudit, type ResolutionEvent } from './resolution-audit';
