import { Module } from '@nestjs/common';
import { AuditCommand, VerifyAuditCommand } from './audit/audit.command';
import { IsolationCommand, IsolationReportCommand } from './isolation/isolation.command';
import { CreateSuperAdminCommand, SuperAdminCommand } from './super-admin/super-admin.command';
import { ListTenantsCommand, TenantsCommand } from './tenants/tenants.command';
import { ReconcileUsageCommand, UsageCommand } from './usage/usage.command';

/** The commands only: each starts what it needs of the platform, so that `--help` needs no database. */
@Module({
  providers: [
    ...[AuditCommand, VerifyAuditCommand],
    ...[IsolationCommand, IsolationReportCommand],
    ...[SuperAdminCommand, CreateSuperAdminCommand],
    ...[TenantsCommand, ListTenantsCommand],
    ...[UsageCommand, ReconcileUsageCommand],
  ],
})
export class CliModule {}
