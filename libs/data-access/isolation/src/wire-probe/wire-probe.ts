import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { commandWatchOf, type CommandCheck } from '@financeops/core/mongo';
import { kindOfCollection } from '../placement/collection-kinds';
import { databaseName } from '../placement/dedicated-connections';
import { CursorOwners, ownerOf } from '../operation-scope/cursor-owners';
import { IsolationViolationError } from '../audit/isolation.errors';
import { currentScope } from '../operation-scope/operation-scope';
import { reportViolation } from '../audit/violations';
import { wireViolation, type Destination } from './wire-command.rules';

/**
 * Looks at every command of the connection's client just before it is written to the socket, and refuses one that
 * doesn't carry the tenant it was bound to. It is called in the command's own flow: what it throws is what the operation
 * ends with, and nothing goes over the wire (tested).
 *
 * The client must have been opened with `watchedCommands()`. Returns what stops the probe.
 */
export const probeWire = (connection: Connection): (() => void) => {
  const shared = databaseName(connection);
  const kindOf = (collection: string) => kindOfCollection(connection, collection);
  const cursors = new CursorOwners();
  const toShared: Destination = { database: shared, shared, kindOf, cursors };
  const check: CommandCheck = (name, command, database) => {
    const scope = currentScope();
    const to = database === shared ? toShared : { ...toShared, database };
    const violation = wireViolation(name, command, scope, to);
    if (violation === null) return cursors.passes(name, command, ownerOf(scope));
    const tenantId = scope?.kind === 'tenant' ? scope.tenantId.toHexString() : null;
    reportViolation({ net: 'wire', tenantId, operation: name, ...violation });
    throw new IsolationViolationError(violation.reason, 'wire');
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
