import { Logger } from '@nestjs/common';
import { GATEWAY_DEADLINE_MS, GatewayClient } from './gateway-client';
import { PaymentGateway, type Charge, type ChargeOutcome, type FoundOutcome } from './payment-gateway';
import { SimulatedGateway } from './simulated.gateway';

const aCharge = (simulate?: string): Charge => ({
  paymentId: '0123456789abcdef01234567',
  tenantId: 'aaaaaaaaaaaaaaaaaaaaaaaa',
  amount: 1250n,
  currency: 'EUR',
  method: 'card',
  metadata: simulate === undefined ? {} : { simulate },
});

/** Answers as it is told, and remembers what it was asked. */
class ScriptedGateway extends PaymentGateway {
  readonly name = 'scripted';
  readonly calls: string[] = [];
  signal: AbortSignal | undefined;

  constructor(
    private readonly onCharge: () => Promise<ChargeOutcome>,
    private readonly onFind: () => Promise<FoundOutcome> = () => Promise.resolve({ kind: 'absent' }),
  ) {
    super();
  }

  charge(_charge: Charge, signal: AbortSignal) {
    this.calls.push('charge');
    this.signal = signal;
    return this.onCharge();
  }
  find() {
    this.calls.push('find');
    return this.onFind();
  }
  cancel(): Promise<void> {
    return Promise.reject(new Error('connection reset'));
  }
}

beforeAll(() => Logger.overrideLogger(false));

describe('the simulator', () => {
  it.each([
    [undefined, { kind: 'completed' }],
    ['dispute', { kind: 'completed' }],
    ['duplicate-callback', { kind: 'completed' }],
    ['toString', { kind: 'completed' }],
    ['challenge', { kind: 'pending' }],
    [
      'decline',
      { kind: 'failed', failure: { code: 'card_declined', message: expect.any(String) as string } },
    ],
    [
      'error',
      { kind: 'failed', failure: { code: 'processing_error', message: expect.any(String) as string } },
    ],
  ])('told %s, answers the same at the charge and at any later lookup', async (simulate, outcome) => {
    const client = new GatewayClient(new SimulatedGateway());
    expect(await client.charge(aCharge(simulate))).toEqual(outcome);
    expect(await client.recover(aCharge(simulate))).toEqual(outcome);
  });

  it('told timeout, loses the answer to the charge and tells the truth at a lookup', async () => {
    const client = new GatewayClient(new SimulatedGateway());
    expect(await client.charge(aCharge('timeout'))).toEqual({ kind: 'unknown' });
    expect(await client.find(aCharge('timeout'))).toEqual({ kind: 'completed' });
  });

  it('told slow, is still at it when it is given up, and completes it all the same', async () => {
    const giveUp = new AbortController();
    const answer = new SimulatedGateway().charge(aCharge('slow'), giveUp.signal);
    giveUp.abort();
    await expect(answer).rejects.toThrow();
    expect(await new SimulatedGateway().find(aCharge('slow'))).toEqual({ kind: 'completed' });
  });
});

describe('a gateway', () => {
  it('that never answers is given up at the deadline: the outcome is unknown', async () => {
    jest.useFakeTimers();
    const gateway = new ScriptedGateway(() => new Promise(() => {}));
    let answer: ChargeOutcome | undefined;
    void new GatewayClient(gateway).charge(aCharge()).then((outcome) => (answer = outcome));
    await jest.advanceTimersByTimeAsync(GATEWAY_DEADLINE_MS);
    expect(answer).toEqual({ kind: 'unknown' });
    expect(gateway.signal?.aborted).toBe(true);
    jest.useRealTimers();
  });

  it('that breaks leaves the outcome unknown', async () => {
    const gateway = new ScriptedGateway(() => Promise.reject(new Error('connection reset')));
    expect(await new GatewayClient(gateway).charge(aCharge())).toEqual({ kind: 'unknown' });
    expect(await new GatewayClient(gateway).cancel(aCharge())).toBe(false);
  });

  it('that breaks at a lookup leaves the outcome unknown, never absent', async () => {
    const gateway = new ScriptedGateway(
      () => Promise.resolve({ kind: 'completed' }),
      () => Promise.reject(new Error('connection reset')),
    );
    expect(await new GatewayClient(gateway).find(aCharge())).toEqual({ kind: 'unknown' });
    expect(gateway.calls).toEqual(['find']);
  });

  it('that knows the charge is not asked to charge again', async () => {
    const gateway = new ScriptedGateway(
      () => Promise.resolve({ kind: 'completed' }),
      () => Promise.resolve({ kind: 'unknown' }),
    );
    expect(await new GatewayClient(gateway).recover(aCharge())).toEqual({ kind: 'unknown' });
    expect(gateway.calls).toEqual(['find']);
  });

  it('that never got the charge gets it at recovery', async () => {
    const gateway = new ScriptedGateway(() => Promise.resolve({ kind: 'completed' }));
    expect(await new GatewayClient(gateway).recover(aCharge())).toEqual({ kind: 'completed' });
    expect(gateway.calls).toEqual(['find', 'charge']);
  });
});
