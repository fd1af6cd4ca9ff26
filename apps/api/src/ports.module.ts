import { Module } from '@nestjs/common';
import { AuditModule } from '@financeops/audit';
import { AuthModule, JwtAndApiKeyVerifier } from '@financeops/auth';
import { RefusalReport, UncountedCalls } from '@financeops/rate-limiting';
import { CredentialVerifier } from '@financeops/tenancy/resolution';
import { UsageModule, UsageTrackerService } from '@financeops/usage';
import { AuditedRefusals } from './audited-refusals';

/** Tenancy asks who is calling; auth, above it, answers. */
@Module({
  imports: [AuthModule],
  providers: [{ provide: CredentialVerifier, useExisting: JwtAndApiKeyVerifier }],
  exports: [CredentialVerifier],
})
export class CredentialsPort {}

/** Calls admitted while Redis was out are counted by usage once it is back. */
@Module({
  imports: [UsageModule],
  providers: [{ provide: UncountedCalls, useExisting: UsageTrackerService }],
  exports: [UncountedCalls],
})
export class UncountedCallsPort {}

/** Rate limiting tells of refusals; the audit log keeps them. */
@Module({
  imports: [AuditModule],
  providers: [{ provide: RefusalReport, useClass: AuditedRefusals }],
  exports: [RefusalReport],
})
export class RefusalsPort {}
