import { Module } from '@nestjs/common';
import { UsageController } from './usage.controller';
import { UsageModule } from './usage.module';

/** The routes of usage: for the API. */
@Module({ imports: [UsageModule], controllers: [UsageController] })
export class UsageHttpModule {}
