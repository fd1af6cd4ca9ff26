export { GatewayClient } from './gateway-client';
export { GatewaysModule } from './gateways.module';
export {
  PaymentGateway,
  type Charge,
  type ChargeFailure,
  type ChargeOutcome,
  type FoundOutcome,
} from './payment-gateway';
