import { Module } from '@nestjs/common';
import { GatewayClient } from './gateway-client';
import { PaymentGateway } from './payment-gateway';
import { SimulatedGateway } from './simulated.gateway';

@Module({
  providers: [GatewayClient, { provide: PaymentGateway, useClass: SimulatedGateway }],
  exports: [GatewayClient],
})
export class GatewaysModule {}
