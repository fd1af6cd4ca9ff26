import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { IdempotencyClaim, IdempotencyClaimSchema } from './idempotency-claim.schema';
import { IdempotencyRepository } from './idempotency.repository';
import { IdempotencyService } from './idempotency.service';

/** Work that is done once for each `Idempotency-Key`, tenant and route. */
@Module({
  imports: [MongooseModule.forFeature([{ name: IdempotencyClaim.name, schema: IdempotencyClaimSchema }])],
  providers: [IdempotencyRepository, IdempotencyService],
  exports: [IdempotencyRepository, IdempotencyService],
})
export class IdempotencyModule {}
