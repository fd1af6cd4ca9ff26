import {
  aPayment,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';

const CARD = '4111 1111 1111 1111';
const DIGITS = CARD.replaceAll(' ', '');

let api: RunningApi;
let admin: ApiClient;
beforeAll(async () => {
  api = await startApi();
  admin = await api.as(api.demo('first-bank'), 'admin');
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

describe('A card number', () => {
  it.each([
    ['the description', { description: `card ${CARD}` }, ['/description']],
    ['a value of the metadata', { metadata: { note: DIGITS, other: 'fine' } }, ['/metadata/note']],
  ])('in %s is refused, and not repeated', async (_, more, pointers) => {
    const reply = await admin.post('/v1/payments', aPayment(more));
    expectProblem(reply, 'validation-failed', { pointers });
    expect(reply.text).not.toContain('1111');
  });

  it('is no matter in a reference, which may be a Luhn number of its own', async () => {
    expect((await admin.post('/v1/payments', aPayment({ reference: DIGITS }))).status).toBe(201);
  });

  it('in a path or a request ID is masked in the log and in the audit log', async () => {
    expectProblem(
      await admin.with({ 'x-request-id': DIGITS, 'x-tenant-id': DIGITS }).get(`/v1/payments/${DIGITS}`),
      'tenant-mismatch',
    );
    let event: Record<string, unknown> | null = null;
    await until('the mismatch to be on record', async () => {
      event = await api.db.collection('audit_events').findOne({ action: 'tenant.mismatch' });
      return event !== null;
    });
    const log = await api.log();
    for (const text of [JSON.stringify(event), log]) {
      expect(text).toContain('411111******1111');
      expect(text).not.toContain(DIGITS);
    }
  });
});
