import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '@financeops/audit';
import { AuthModule } from '@financeops/auth';
import { UsageModule } from '@financeops/usage';
import { ApiKeyAdministrationService } from './api-keys/api-key-administration.service';
import { ApiKeysController } from './api-keys/api-keys.controller';
import { DomainsController } from './domains/domains.controller';
import { DomainsService } from './domains/domains.service';
import { ProvedDomain, ProvedDomainSchema } from './domains/proved-domain.schema';
import { ProvedDomainStore } from './domains/proved-domain.store';
import { TxtLookup } from './domains/txt-lookup';
import { AdminUsageController } from './usage/admin-usage.controller';
import { TenantController } from './tenant/tenant.controller';
import { TenantSettingsService } from './tenant/tenant.service';
import { AdminTenantsController } from './tenants/admin-tenants.controller';
import { AdminTenantsService } from './tenants/admin-tenants.service';
import { UserAdministrationService } from './users/user-administration.service';
import { UserAudit } from './users/user-audit';
import { UsersController } from './users/users.controller';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: ProvedDomain.name, schema: ProvedDomainSchema }]),
    AuditModule,
    AuthModule,
    UsageModule,
  ],
  controllers: [
    TenantController,
    AdminTenantsController,
    DomainsController,
    AdminUsageController,
    UsersController,
    ApiKeysController,
  ],
  providers: [
    TenantSettingsService,
    AdminTenantsService,
    DomainsService,
    ProvedDomainStore,
    TxtLookup,
    UserAdministrationService,
    UserAudit,
    ApiKeyAdministrationService,
  ],
})
export class AdministrationModule {}
