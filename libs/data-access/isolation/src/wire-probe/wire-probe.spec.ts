import type { MongoClient } from 'mongodb';
import { Types, type Connection } from 'mongoose';
import { commandWatchOf, watchedCommands } from '@financeops/core/mongo';
import { invoiceSchema } from '../../testing/isolation.fixture';
import { currentScope, withinScope, type OperationScope } from '../operation-scope/operation-scope';
import { onViolation, reportViolation, type NetViolation } from '../audit/violations';
import { probeWire, WireProbe } from './wire-probe';

const tenantId = new Types.ObjectId('5a'.repeat(12));
const scope: OperationScope = { kind: 'tenant', tenantId };
const database = `db_t_${tenantId.toHexString()}`;

const aClient = () => {
  const client = { options: watchedCommands() } as unknown as MongoClient;
  const connection = {
    db: { databaseName: 'db' },
    models: { Invoice: { schema: invoiceSchema(), collection: { name: 'invoices' } } },
    getClient: () => client,
  } as unknown as Connection;
  const send = (command: Record<string, unknown>, databaseName = 'db') =>
    commandWatchOf(client).look({ command, databaseName });
  return { connection, send };
};

const violations: NetViolation[] = [];
let silence = () => {};
beforeEach(() => {
  violations.length = 0;
  silence = onViolation((violation) => violations.push(violation));
});
afterEach(() => silence());

const find = { find: 'secrets' };
const reason = 'find on "secrets", which no schema describes';

describe('A command that is about to leave', () => {
  it('does not, when something is wrong with it; that is reported', () => {
    const { connection, send } = aClient();
    probeWire(connection);
    const refused = expect.objectContaining({ code: 'cross-tenant-access', net: 'wire', reason }) as Error;
    const report = { net: 'wire', operation: 'find', collection: 'secrets', reason };
    expect(() => send(find)).toThrow(refused);
    withinScope({ kind: 'maintenance' }, () => expect(() => send(find)).toThrow(refused));
    withinScope(scope, () => expect(() => send(find)).toThrow(refused));
    expect(violations).toEqual([
      { ...report, tenantId: null },
      { ...report, tenantId: null },
      { ...report, tenantId: tenantId.toHexString() },
    ]);
  });

  it('leaves, when nothing is', () => {
    const { connection, send } = aClient();
    probeWire(connection);
    expect(() => send({ ping: 1 })).not.toThrow();
    expect(violations).toEqual([]);
  });

  it('is judged by the database that it goes to', () => {
    const { connection, send } = aClient();
    probeWire(connection);
    const reasonOf = (scoped: OperationScope, to: string) =>
      withinScope(scoped, () => {
        try {
          send({ find: 'invoices', filter: { tenantId } }, to);
        } catch (error) {
          return (error as { reason: string }).reason;
        }
        return null;
      });
    const elsewhere: OperationScope = { ...scope, database };
    expect([reasonOf(scope, 'db'), reasonOf(elsewhere, database)]).toEqual([null, null]);
    expect(reasonOf(scope, database)).not.toBeNull();
    expect(reasonOf(elsewhere, 'db')).not.toBeNull();
  });

  it('reads on only for whom the cursor was opened', () => {
    const { connection, send } = aClient();
    probeWire(connection);
    const other: OperationScope = { kind: 'tenant', tenantId: new Types.ObjectId() };
    const strange = expect.objectContaining({
      reason: 'the cursor is not one that the operation opened',
    }) as Error;
    const more = () => send({ getMore: 7n, collection: 'invoices' });
    withinScope(scope, () => expect(more).toThrow(strange));
    withinScope(scope, () => send({ find: 'invoices', filter: { tenantId } }))!({ cursor: { id: 7n } });
    withinScope(other, () => expect(more).toThrow(strange));
    withinScope(scope, () => expect(more).not.toThrow());
  });

  it('is not looked at after the probe was stopped', () => {
    const { connection, send } = aClient();
    const stop = probeWire(connection);
    expect(() => send(find)).toThrow();
    stop();
    expect(() => send(find)).not.toThrow();
    expect(() => probeWire(connection)).not.toThrow();
  });

  it('is looked at for as long as the application runs', () => {
    const { connection, send } = aClient();
    const probe = new WireProbe(connection);
    expect(() => send(find)).not.toThrow();
    probe.onModuleInit();
    expect(() => send(find)).toThrow();
    expect(() => probeWire(connection)).toThrow('checked already');
  });

  it('cannot be looked at where the client was opened without, and nothing begins', () => {
    const { connection } = aClient();
    const client = { options: {} } as MongoClient;
    expect(() => probeWire({ ...connection, getClient: () => client } as Connection)).toThrow(
      'watchedCommands',
    );
  });
});

describe('The scope of an operation', () => {
  it('is there within it, and nowhere else', () => {
    expect(currentScope()).toBeUndefined();
    expect(withinScope(scope, () => currentScope())).toBe(scope);
    expect(currentScope()).toBeUndefined();
  });
});

it('A violation is told to whoever listens, until he stops', () => {
  const heard: NetViolation[] = [];
  const stop = onViolation((violation) => heard.push(violation));
  const violation: NetViolation = {
    net: 'wire',
    tenantId: null,
    collection: 'c',
    operation: 'o',
    reason: 'r',
  };
  reportViolation(violation);
  stop();
  reportViolation(violation);
  expect(heard).toEqual([violation]);
  expect(violations).toEqual([violation, violation]);
});
