import { Module } from '@nestjs/common';
import { TenantController } from './tenant/tenant.controller';

@Module({ controllers: [TenantController] })
export class AdministrationModule {}
