import { START_TIMEOUT_MS, startApi, until, type RunningApi } from '@financeops/testing';
import { SecretLife } from '../support/secret-life';

let api: RunningApi;
let life: SecretLife;
beforeAll(async () => {
  // Whatever it could ever write.
  api = await startApi({ env: { LOG_LEVEL: 'trace' }, faulty: ['mongodb', 'redis'] });
  life = new SecretLife(api);
}, START_TIMEOUT_MS);
afterAll(() => api?.stop());

const hashesOf = async (collection: string, field: string): Promise<void> => {
  const found = await api.db.collection(collection).find().toArray();
  expect(found).not.toHaveLength(0);
  for (const document of found) life.secrets.add(`a ${field}`, document[field] as string);
};

describe('No secret', () => {
  const documents: Record<string, string> = {};
  let stored: string[];
  beforeAll(async () => {
    await life.live();
    await life.failInEveryPlace();
    await life.failWithout('mongodb');
    await life.failWithout('redis');
    await until('the refusals to be on record', async () => {
      const actions = await api.db.collection('audit_events').distinct('action');
      return ['auth.login-failed', 'tenant.resolution-failed'].every((action) => actions.includes(action));
    });
    for (const { collectionName } of await api.db.collections()) {
      documents[collectionName] = JSON.stringify(await api.db.collection(collectionName).find().toArray());
    }
    stored = life.secrets.findIn(Object.values(documents).join('\n'));
    // What can be read in the database is not to be read elsewhere.
    await hashesOf('users', 'passwordHash');
    await hashesOf('super_admins', 'passwordHash');
    await hashesOf('api_keys', 'secretHash');
    await hashesOf('refresh_families', 'familyKey');
    await hashesOf('refresh_families', 'currentHash');
  }, START_TIMEOUT_MS);

  it('is in the log, which has told of all this', async () => {
    const log = await api.log();
    const lines = log.split('\n').filter((line) => line.includes('"msg":"request"'));
    expect(lines.length).toBeGreaterThan(life.refusals.length);
    expect(life.secrets.findIn(log)).toEqual([]);
  });

  it('is in the audit log, which has too', () => {
    const events = documents['audit_events']!;
    for (const action of [
      'auth.login-failed',
      'api-key.rolled',
      'user.updated',
      'tenant.resolution-failed',
    ]) {
      expect(events).toContain(action);
    }
    expect(life.secrets.findIn(events)).toEqual([]);
  });

  it('is stored as it is', () => {
    expect(Object.keys(documents)).toEqual(expect.arrayContaining(['users', 'api_keys', 'refresh_families']));
    expect(stored).toEqual([]);
  });

  it('is in an error', () => {
    const codes = new Set(life.refusals.map(({ body }) => (body as { code: string }).code));
    for (const code of ['unauthenticated', 'bad-request', 'validation-failed', 'conflict', 'unavailable']) {
      expect(codes).toContain(code);
    }
    for (const { text, headers } of life.refusals) {
      expect(life.secrets.findIn(`${text} ${JSON.stringify(headers)}`)).toEqual([]);
    }
  });

  it.each(['/openapi.json', '/docs', '/metrics'])('is in %s, or anything like one', async (path) => {
    const { status, text } = await api.client().get(path);
    expect(status).toBe(200);
    expect(life.secrets.findIn(text)).toEqual([]);
    expect(text).not.toMatch(/\bsk_[0-9a-f]{8,}|\brt_[0-9a-f]{24}|\beyJ[\w-]{8,}|\$argon2|whsec_[\w+/]{8,}/);
  });
});
