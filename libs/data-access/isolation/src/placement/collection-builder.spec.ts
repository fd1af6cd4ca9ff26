import type { Connection } from 'mongoose';
import { prepareCollections } from './collection-builder';
import { currentScope } from '../operation-scope/operation-scope';

/** A server whose every call is made `failing` before it succeeds. */
const aConnection = (present: string[], models: string[]) => {
  const calls: string[] = [];
  const scopes: unknown[] = [];
  const failing: unknown[] = [];
  const answer = (call: string) => {
    calls.push(call);
    scopes.push(currentScope());
    const error = failing.shift();
    return error === undefined ? Promise.resolve() : Promise.reject(error as Error);
  };
  const connection = {
    listCollections: () => Promise.resolve(present.map((name) => ({ name }))),
    createCollection: (name: string) => answer(`create ${name}`),
    models: Object.fromEntries(
      models.map((name) => [name, { collection: { name }, createIndexes: () => answer(`index ${name}`) }]),
    ),
  };
  return { connection: connection as unknown as Connection, calls, scopes, failing };
};
const exists = Object.assign(new Error('a collection of that name exists'), { code: 48 });
const busy = Object.assign(new Error('an index build is under way'), { code: 117 });

describe('prepareCollections', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Milliseconds on the clock that it takes. */
  const duration = async (work: Promise<unknown>): Promise<number> => {
    const began = Date.now();
    const [took] = await Promise.all([work.then(() => Date.now() - began), jest.runAllTimersAsync()]);
    return took;
  };

  it('makes what is not there, then the indexes of all, model by model', async () => {
    const { connection, calls } = aConnection(['old'], ['old', 'new']);
    expect(await duration(prepareCollections(connection))).toBe(0);
    expect(calls).toEqual(['index old', 'create new', 'index new']);
  });

  it('does so as what it is, which the nets let through', async () => {
    const { connection, scopes } = aConnection([], ['one']);
    await prepareCollections(connection);
    expect(scopes).toEqual(Array(2).fill({ kind: 'maintenance' }));
  });

  it('goes on where another process made the collection first', async () => {
    const { connection, calls, failing } = aConnection([], ['one']);
    failing.push(exists);
    expect(await duration(prepareCollections(connection))).toBe(0);
    expect(calls).toEqual(['create one', 'index one']);
  });

  it('tries again, after ever longer pauses, while another process builds', async () => {
    const { connection, calls, failing } = aConnection(['one'], ['one']);
    failing.push(busy, busy, busy, busy);
    expect(await duration(prepareCollections(connection))).toBe(100 + 200 + 300 + 400);
    expect(calls).toEqual(Array(5).fill('index one'));
  });

  it('fails as the fifth attempt failed', async () => {
    const { connection, calls, failing } = aConnection(['one'], ['one']);
    const last = new Error('the last');
    failing.push(busy, busy, busy, busy, last);
    await expect(duration(prepareCollections(connection))).rejects.toBe(last);
    expect(calls).toHaveLength(5);
  });
});
