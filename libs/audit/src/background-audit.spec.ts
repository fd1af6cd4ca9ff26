import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import { mongo } from 'mongoose';
import type { NewAuditEvent } from './audit-event';
import type { AuditEvent } from './audit-event.schema';
import type { AuditLog } from './audit-log';
import { BackgroundAudit } from './background-audit';
import type { ChainKey } from './chain/chain-key';
import type { LostEvents } from './lost-events';

const anEvent = (requestId: string): NewAuditEvent => ({
  tenantId: 'a'.repeat(24),
  action: 'payment.read',
  outcome: 'allowed',
  actor: { type: 'user', id: 'b'.repeat(24) },
  requestId,
});

const key: ChainKey = { bytes: Buffer.alloc(32) };

const down = () => new mongo.MongoNetworkError('gone');

describe('The audit behind the requests', () => {
  const store = jest.fn<Promise<void>, [readonly AuditEvent[]]>();
  const report = jest.fn<void, Parameters<LostEvents['report']>>();
  const audit = () =>
    new BackgroundAudit({ store } as unknown as AuditLog, { report } as unknown as LostEvents, key);
  /** What each insert was given, in order. */
  const inserts = () => store.mock.calls.map(([events]) => events.map(({ requestId }) => requestId));
  beforeEach(() => {
    store.mockReset().mockResolvedValue();
    report.mockReset();
    jest.spyOn(Logger.prototype, 'error').mockImplementation();
  });

  it('begins to store at once, and gathers while it does', async () => {
    const writer = audit();
    let answer = (): void => undefined;
    store.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    writer.record(anEvent('1'));
    expect(inserts()).toEqual([['1']]);
    writer.record(anEvent('2'));
    writer.record(anEvent('3'));
    answer();
    await writer.onApplicationShutdown();
    expect(inserts()).toEqual([['1'], ['2', '3']]);
  });

  it.each(Array.from({ length: 12 }, (_, turns) => turns))(
    'leaves none out that comes when it is about to end: %d microtasks on',
    async (turns) => {
      const writer = audit();
      // Told to end it makes no pause, so that its last moments are microtasks.
      await writer.onApplicationShutdown();
      writer.record(anEvent('1'));
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      writer.record(anEvent('2'));
      await new Promise((resolve) => setImmediate(resolve));
      expect(inserts().flat()).toEqual(['1', '2']);
    },
  );

  it('waits for MongoDB and then stores the very same, once each', async () => {
    const writer = audit();
    store.mockRejectedValueOnce(down());
    writer.record(anEvent('1'));
    writer.record(anEvent('2'));
    await new Promise<void>((resolve) =>
      store.mockImplementation(([first]) => {
        if (first?.requestId === '1') resolve();
        return Promise.resolve();
      }),
    );
    await writer.onApplicationShutdown();
    const [failed, again] = store.mock.calls.map(([events]) => events);
    expect(failed![0]).toBe(again![0]);
    expect(inserts()).toEqual([['1'], ['1', '2']]);
    expect(report).not.toHaveBeenCalled();
  });

  it('sounds the alarm for what is lost: at the end of the process, or what MongoDB refuses', async () => {
    const writer = audit();
    store.mockRejectedValueOnce(new Error('refused'));
    writer.record(anEvent('refused'));
    await writer.onApplicationShutdown();
    expect(report.mock.calls.map(([event]) => (event as AuditEvent).requestId)).toEqual(['refused']);
    store.mockRejectedValue(down());
    writer.record(anEvent('late 1'));
    writer.record(anEvent('late 2'));
    await writer.onApplicationShutdown();
    expect(report.mock.calls.map(([event]) => (event as AuditEvent).requestId)).toEqual([
      'refused',
      'late 1',
      'late 2',
    ]);
  });

  it('holds so many and no more', async () => {
    const writer = audit();
    let answer = (): void => undefined;
    store.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    for (let i = 0; i < 10_001; i++) writer.record(anEvent(String(i)));
    expect(report).toHaveBeenCalledTimes(1);
    answer();
    await writer.onApplicationShutdown();
    expect(inserts().flat()).toHaveLength(10_000);
  });

  it('works in no request’s context', () => {
    const context = new AsyncLocalStorage<string>();
    const writer = context.run('of the maker', audit);
    let seen: string | undefined = 'none yet';
    store.mockImplementationOnce(() => {
      seen = context.getStore();
      return Promise.resolve();
    });
    context.run('of a request', () => writer.record(anEvent('1')));
    expect(seen).toBe('of the maker');
  });
});
