import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { commandWatchOf, type CommandCheck, type ReplyListener } from '@financeops/core/mongo';
import { kindOfCollection } from './collection-kinds';
import { cursorId, CursorOwners, openCursor, ownerOf } from './cursor-owners';
import { IsolationViolationError } from './isolation.errors';
import { netsOff } from './net-switches';
import { currentScope, type OperationScope } from './operation-scope';
import type { PlainObject } from './plain.rules';
import { reportViolation } from './violations';
import { wireFault, type Destination } from './wire-command.rules';

const OPEN_CURSORS = new Set(['find', 'aggregate', 'getMore']);

/** Keeps the book of cursors: what of a command's reply has to be noted. */
const booking = (
  name: string,
  command: PlainObject,
  scope: OperationScope | undefined,
  cursors: CursorOwners,
): ReplyListener | undefined => {
  if (name === 'killCursors' && Array.isArray(command['cursors'])) {
    for (const id of command['cursors']) cursors.closed(cursorId(id) ?? '');
  }
  const owner = OPEN_CURSORS.has(name) ? ownerOf(scope) : null;
  if (owner === null) return undefined;
  return (reply) => {
    const open = openCursor(reply);
    if (open !== null) cursors.opened(open, owner);
    else if (name === 'getMore') cursors.closed(cursorId(command['getMore']) ?? '');
  };
};

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
    if (fault === null) return booking(name, command, scope, cursors);
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
