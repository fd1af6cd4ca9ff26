import { aBulkApp, aLine, type BulkApp } from '../testing/bulk-app';
import { BulkTurns } from './bulk-turns';

describe('Turns', () => {
  let bulk: BulkApp;
  beforeAll(async () => (bulk = await aBulkApp()));
  afterAll(() => bulk.close());

  it('are not ended by a worker that was paused while another ended them and a file arrived', async () => {
    const turns = bulk.module.get(BulkTurns);
    const tenant = await bulk.aTenant();
    await bulk.send(tenant, [aLine()]);
    const paused = (await turns.take(Date.now()))!;
    const later = Date.now() + 60_000;
    await turns.finish((await turns.take(later))!, later);
    expect(await turns.take(later)).toBeNull();
    await bulk.send(tenant, [aLine()]);
    await turns.finish(paused, later);
    expect(await turns.take(later)).toMatchObject({ _id: tenant.id });
  });
});
