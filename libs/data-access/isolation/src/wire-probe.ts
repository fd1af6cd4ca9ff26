import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { commandWatchOf, type CommandCheck } from '@financeops/core/mongo';
import { kindOfCollection } from './collection-kinds';
import { CursorOwners, ownerOf } from './cursor-owners';
import { IsolationViolationError } from './isolation.errors';
import { netsOff } from './net-switches';
import { currentScope } from './operation-scope';
import { reportViolation } from './violations';
import { wireFault, type Destination } from './wire-command.rules';

/**
 * Looks at every command of the connection's client just before it is written to the socket, and refuses one that
 * doesn't carry the tenant it was bound to. It is called in the command's own flow: what it throws is what the operation
 * ends with, and nothing goes over the wire (tested).
 *
 * The client must have been opened with `watchedCommands()`. Returns what stops the probe.
 */
export const probeWire = (connection: Connection): (() => void) => {
  const shared = connection.db!.databaseName;
  const kindOf = (collection: string) => kindOfCollection(connection, collection);
  const cursors = new CursorOwners();
  const toShared: Destination = { database: shared, shared, kindOf, cursors };
  const check: CommandCheck = (name, command, database) => {
    if (netsOff().wire) return undefined;
    const scope = currentScope();
    const to = database === shared ? toShared : { ...toShared, database };
    const fault = wireFault(name, command, scope, to);
    if (fault === null) return cursors.passes(name, command, ownerOf(scope));
    const tenantId = scope?.kind === 'tenant' ? scope.tenantId.toHexString() : null;
    reportViolation({ net: 'wire', tenantId, operation: name, ...fault });
    throw new IsolationViolationError(fault.reason, 'wire');
  };
  return commandWatchOf(connection.getClient()).begin(check);
};

/** The third net, from before the application serves until the client is closed: what still ends after a stop is looked at too. */
@Injectable()
export class WireProbe implements OnModuleInit {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  onModuleInit(): void {
    probeWire(this.connection);
  }
}
