import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { PaymentsCoreModule } from '../payments.module';
import { PaymentResolver } from './payment-resolver.service';
import { UnresolvedPaymentsJob } from './unresolved-payments.job';

/** The gateway is asked again about payments without an answer: for a process of which there may be many. */
@Module({})
export class UnresolvedPaymentsModule {
  /** @param followers modules that provide the PaymentOutcomeListener */
  static forRoot(followers: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: UnresolvedPaymentsModule,
      imports: [PaymentsCoreModule, ...followers],
      providers: [PaymentResolver, UnresolvedPaymentsJob],
    };
  }
}
