export { IdempotencyModule } from './idempotency.module';
export { IdempotencyRepository } from './idempotency.repository';
export { IdempotencyService, type Answer } from './idempotency.service';
export { Keyed, readIdempotencyKey } from './idempotency-key';
export type { Claim, KeyedRequest, Reply } from './idempotency.types';
