import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { CommandStartedEvent } from 'mongodb';
import type { Connection } from 'mongoose';
import { kindOfCollection } from './collection-kinds';
import { IsolationViolationError } from './isolation.errors';
import { netsOff } from './net-switches';
import { currentScope } from './operation-scope';
import type { PlainObject } from './plain.rules';
import { reportViolation } from './violations';
import { wireFault } from './wire-command.rules';

/**
 * Looks at every command of the connection's client just before it is written to the socket, and refuses one that
 * doesn't carry the tenant it was bound to. The driver calls the listener in the command's own flow, before it sends:
 * what the listener throws is what the operation ends with, and nothing goes over the wire (tested).
 *
 * The client must have been opened with `monitorCommands: true`. Returns what stops the probe.
 */
export const probeWire = (connection: Connection): (() => void) => {
  const shared = connection.db!.databaseName;
  const kindOf = (collection: string) => kindOfCollection(connection, collection);
  const toShared = { database: shared, shared, kindOf };
  const check = ({ commandName, command, databaseName }: CommandStartedEvent): void => {
    if (netsOff().wire) return;
    const scope = currentScope();
    const to = databaseName === shared ? toShared : { ...toShared, database: databaseName };
    const fault = wireFault(commandName, command as PlainObject, scope, to);
    if (fault === null) return;
    const tenantId = scope?.kind === 'tenant' ? scope.tenantId.toHexString() : null;
    reportViolation({ net: 'wire', tenantId, operation: commandName, ...fault });
    throw new IsolationViolationError(fault.reason, 'wire');
  };
  const client = connection.getClient();
  client.on('commandStarted', check);
  return () => client.off('commandStarted', check);
};

/** The third net, for as long as the application runs. */
@Injectable()
export class WireProbe implements OnModuleInit, OnModuleDestroy {
  private stop: (() => void) | undefined;

  constructor(@InjectConnection() private readonly connection: Connection) {}

  onModuleInit(): void {
    this.stop = probeWire(this.connection);
  }

  onModuleDestroy(): void {
    this.stop?.();
  }
}
