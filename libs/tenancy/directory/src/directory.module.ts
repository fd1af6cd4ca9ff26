import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { SharedTenantCache } from './shared-tenant-cache';
import { TenantChangeWatch } from './tenant-change-watch';
import { TenantDirectory } from './tenant-directory';
import { TenantRegistry } from './tenant-registry';
import { Tenant, TenantSchema } from './tenant.schema';
import { TenantStore } from './tenant.store';

@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: Tenant.name, schema: TenantSchema }])],
  providers: [TenantStore, SharedTenantCache, TenantDirectory, TenantRegistry, TenantChangeWatch],
  exports: [TenantDirectory, TenantRegistry],
})
export class DirectoryModule {}
