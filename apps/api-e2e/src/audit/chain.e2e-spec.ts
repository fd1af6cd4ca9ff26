import { spawn } from 'node:child_process';
import path from 'node:path';
import { ObjectId } from 'mongodb';
import {
  aTenant,
  START_TIMEOUT_MS,
  startApi,
  until,
  type ApiClient,
  type RunningApi,
} from '@financeops/testing';
import { expectProblem } from '../support/problem';

const SCRIPT = path.resolve(__dirname, '../../../../dist/apps/cli/src/main.js');

interface VerificationResult {
  valid: boolean;
  checked: number;
  firstBroken: { id: string | null; seq: number; reason: string } | null;
}

describe('The chain of the audit log over HTTP', () => {
  let api: RunningApi;
  let admin: ApiClient;
  let tenantId: ObjectId;
  beforeAll(async () => {
    api = await startApi();
    const tenant = await aTenant('ENTERPRISE')
      .unlimited()
      .madeBy(await api.asOperator());
    tenantId = new ObjectId(tenant.id);
    admin = await api.as(tenant);
    for (let n = 0; n < 6; n++) {
      await admin.post('/v1/users', {
        email: `p${n}@bank.example`,
        password: 'a long enough password',
        role: 'VIEWER',
      });
    }
  }, START_TIMEOUT_MS);
  afterAll(() => api?.stop());

  const verify = async (): Promise<VerificationResult> =>
    (await admin.get<VerificationResult>('/v1/audit-events/verify')).body;
  const events = () => api.db.collection('audit_events');

  /** `cli audit verify` with the API's settings. */
  const command = (...owners: string[]): Promise<{ code: number | null; output: string }> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [SCRIPT, 'audit', 'verify', ...owners], {
        env: { PATH: process.env['PATH'], ...api.env },
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.once('close', (code) => resolve({ code, output }));
    });

  it('gives every event its place within the two seconds in which it becomes visible', async () => {
    await until('all events to be chained', async () => (await events().countDocuments({ seq: null })) === 0);
    const { data } = (
      await admin.get<{ data: { seq: number; prevHash: string; hash: string }[] }>('/v1/audit-events')
    ).body;
    const seqs = data.map(({ seq }) => seq);
    expect(seqs.toSorted((a, b) => b - a)).toEqual(
      Array.from({ length: seqs.length }, (_, n) => seqs.length - n),
    );
    for (const { hash, prevHash } of data) expect(`${hash}${prevHash}`).toMatch(/^[0-9a-f]{128}$/);
    expect(await verify()).toMatchObject({ valid: true, checked: seqs.length, firstBroken: null });
    expect(await command()).toMatchObject({ code: 0, output: expect.stringContaining('0 broken') as string });
  });

  it('names the first event that somebody changed past the platform', async () => {
    await events().updateOne({ tenantId, seq: 4 }, { $set: { outcome: 'denied' } });
    const changed = await events().findOne({ tenantId, seq: 4 });
    expect(await verify()).toEqual({
      valid: false,
      checked: 3,
      firstBroken: { id: changed!._id.toHexString(), seq: 4, reason: 'altered' },
    });
    const { code, output } = await command(tenantId.toHexString());
    expect(code).toBe(1);
    expect(output).toContain('altered at 4');
    await events().deleteOne({ tenantId, seq: 2 });
    expect((await verify()).firstBroken).toMatchObject({ seq: 2, reason: 'missing' });
  });

  it('is not made whole again by the platform, until the operator says that it was put back', async () => {
    const tenant = await aTenant('ENTERPRISE')
      .unlimited()
      .madeBy(await api.asOperator());
    const of = { tenantId: new ObjectId(tenant.id) };
    const other = await api.as(tenant);
    const doSomething = async (n: number) => {
      const email = `q${n}@bank.example`;
      await other.post('/v1/users', { email, password: 'a long enough password', role: 'VIEWER' });
    };
    const end = () =>
      api.db.collection<{ _id: string; seq: number }>('audit_heads').findOne({ _id: tenant.id });
    const endsAfter = (seq: number) =>
      until('the log to have grown', async () => ((await end())?.seq ?? 0) > seq);
    await doSomething(1);
    await endsAfter(0);
    const earlier = (await end())!;
    await doSomething(2);
    await endsAfter(earlier.seq);

    await events().deleteMany({ ...of, seq: { $gt: earlier.seq } });
    await api.db.collection<{ _id: string }>('audit_heads').replaceOne({ _id: tenant.id }, earlier);
    await doSomething(3);
    await until('the alarm', async () =>
      /^audit_chain_breaks_total [1-9]/m.test((await api.client().get<string>('/metrics')).text),
    );
    const intact = `${tenant.id} intact`;
    const first = await command(tenant.id);
    expect(first).toMatchObject({ code: 1 });
    expect(first.output).toContain(`missing at ${earlier.seq + 1}`);
    expect(await command('--restored', tenant.id)).toMatchObject({
      code: 0,
      output: expect.stringMatching(`${intact}, ${earlier.seq} events; \\d+ events were known`) as string,
    });
    expect(await command(tenant.id)).toMatchObject({ code: 0 });
    expect(await command('nonsense')).toEqual({
      code: 2,
      output: "nonsense is not a tenant ID: use 24 hex digits, or 'platform'.\n",
    });
    // Nothing of what waited is lost.
    expect(await events().countDocuments({ ...of, seq: null })).toBeGreaterThan(0);
  });

  it('is for ADMINs of the tenant', async () => {
    const viewer = await api.as(api.demo('first-bank'), 'viewer');
    expectProblem(await viewer.get('/v1/audit-events/verify'), 'forbidden');
    expectProblem(await api.client().get('/v1/audit-events/verify'), 'unauthenticated');
  });
});
