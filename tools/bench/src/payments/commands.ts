import type { ServerProcess } from '../http/server-process';

const PAYMENTS = 50;

/** Collections that a payment is written to; what jobs ask of others doesn't count. */
const COLLECTIONS = [
  'payments',
  'monthly_quotas',
  'idempotency_claims',
  'work_in_flight',
  'unresolved_payments',
];

/** Commands sent for payments so far, from the process's own metric `mongodb_commands_total`. */
const sentBy = async ({ port }: ServerProcess): Promise<number> => {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  let sent = 0;
  for (const [, command, collection, count] of metrics.matchAll(
    /^mongodb_commands_total\{command="(\w+)",collection="(\w*)"\} (\d+)$/gm,
  )) {
    // The recovery's look for abandoned payments.
    if (command === 'findAndModify' && collection === 'work_in_flight') continue;
    if (command === 'commitTransaction' || COLLECTIONS.includes(collection ?? '')) sent += Number(count);
  }
  return sent;
};

/** How many commands one payment sends to MongoDB, over 50 of them one after the other. */
export const commandsOfAPayment = async (
  server: ServerProcess,
  token: string,
  keyed: boolean,
): Promise<number> => {
  const before = await sentBy(server);
  for (let at = 0; at < PAYMENTS; at++) {
    const name = `commands-${keyed}-${Date.now()}-${at}`;
    const { status } = await fetch(`http://127.0.0.1:${server.port}/v1/payments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(keyed ? { 'idempotency-key': name } : {}),
      },
      body: JSON.stringify({ reference: name, amount: 1250, currency: 'EUR', method: 'card' }),
    });
    if (status !== 201) throw new Error(`A payment was answered with ${status}.`);
  }
  return ((await sentBy(server)) - before) / PAYMENTS;
};
