import { Module } from '@nestjs/common';
import { AuditModule } from '@financeops/audit';
import { AuthModule } from '@financeops/auth';
import { TenantController } from './tenant/tenant.controller';
import { TenantSettingsService } from './tenant/tenant.service';
import { AdminTenantsController } from './tenants/admin-tenants.controller';
import { AdminTenantsService } from './tenants/admin-tenants.service';

@Module({
  imports: [AuditModule, AuthModule],
  controllers: [TenantController, AdminTenantsController],
  providers: [TenantSettingsService, AdminTenantsService],
})
export class AdministrationModule {}
