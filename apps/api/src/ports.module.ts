import { Module } from '@nestjs/common';
import { AuthModule, JwtAndApiKeyVerifier } from '@financeops/auth';
import { UncountedCalls } from '@financeops/rate-limiting';
import { CredentialVerifier } from '@financeops/tenancy/resolution';
import { UsageTrackerService } from '@financeops/usage';

/** Tenancy asks who is calling; auth, above it, answers. */
@Module({
  imports: [AuthModule],
  providers: [{ provide: CredentialVerifier, useExisting: JwtAndApiKeyVerifier }],
  exports: [CredentialVerifier],
})
export class CredentialsPort {}

/** Calls admitted while Redis was out are counted by usage once it is back. */
@Module({
  providers: [{ provide: UncountedCalls, useExisting: UsageTrackerService }],
  exports: [UncountedCalls],
})
export class UncountedCallsPort {}
