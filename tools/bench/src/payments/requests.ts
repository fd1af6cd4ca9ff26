import type { Fixture } from '../platform/fixture';

/** Replaced by a number of its length, so that every payment has a reference of its own. */
export const UNIQUE = '################';

/** POST /v1/payments of every tenant's admin, with or without an idempotency key. */
export const paymentRequests = (
  { tokens, tenantIds }: Pick<Fixture, 'tokens' | 'tenantIds'>,
  keyed: boolean,
): string[] =>
  tokens.map((token, at) => {
    const body = JSON.stringify({
      reference: `order-${UNIQUE}`,
      amount: 1_250,
      currency: 'EUR',
      method: 'card',
    });
    return (
      'POST /v1/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' +
      `Authorization: Bearer ${token}\r\nX-Tenant-ID: ${tenantIds[at]}\r\n` +
      `${keyed ? `Idempotency-Key: key-${UNIQUE}\r\n` : ''}Content-Length: ${body.length}\r\n\r\n${body}`
    );
  });
