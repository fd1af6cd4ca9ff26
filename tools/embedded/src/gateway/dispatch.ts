import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Gateway, Handler, Handlers, Reply } from './call';
import { Command } from './command';
import { administrationCommands } from './commands/administration';
import { bulkWriteCommands } from './commands/bulk-write';
import { handshakeCommands } from './commands/handshake';
import { readCommands } from './commands/reads';
import { transactionCommands } from './commands/transaction-commands';
import { writeCommands } from './commands/writes';
import { CommandError, code, isConflict, isConnectionLost, toCommandError } from './errors';
import type { Owner } from './transactions';
import type { Request } from './wire';

const handlers = new Map<string, Handler>(
  Object.entries({
    ...handshakeCommands,
    ...transactionCommands,
    ...readCommands,
    ...writeCommands,
    ...bulkWriteCommands,
    ...administrationCommands,
  } satisfies Handlers),
);

const writes = new Set(['insert', 'update', 'delete', 'findAndModify', 'findandmodify', 'bulkWrite']);
const controls = new Set(Object.keys(transactionCommands));
/** Outside a transaction a statement that lost a race runs again this often. */
const tries = 200;

/** Runs one command of a driver; every failure becomes an answer. */
export async function dispatch(gateway: Gateway, request: Request, owner: Owner): Promise<Reply> {
  let inTransaction = false;
  try {
    const command = new Command(request);
    inTransaction = command.inTransaction;
    const handler = handlers.get(command.name);
    if (!handler) throw new CommandError(code.commandNotFound, `no such command: '${command.name}'`);
    const call: Call = { gateway, command, executor: gateway.database, owner, tries: 0 };
    if (controls.has(command.name)) return await handler(call);
    if (inTransaction) return await runInTransaction(call, handler);
    if (!writes.has(command.name) || !command.retryId) return await runAlone(call, handler);
    const { session = '', transactionNumber = '' } = command;
    return await gateway.retriedWrites.run(session, transactionNumber, () => runAlone(call, handler));
  } catch (error) {
    return toCommandError(error, inTransaction).toDocument();
  }
}

async function runAlone(call: Call, handler: Handler): Promise<Reply> {
  for (;;) {
    try {
      return await handler(call);
    } catch (error) {
      // A read can be asked again when PostgreSQL is back; of a write it is unknown whether it took effect.
      const again = isConflict(error) || (isConnectionLost(error) && !writes.has(call.command.name));
      if (!again || call.tries >= tries) throw error;
      call.tries += 1;
      await sleep(Math.random() * Math.min(50, 2 * call.tries));
    }
  }
}

/** Any error ends the transaction, as in MongoDB. */
async function runInTransaction(call: Call, handler: Handler): Promise<Reply> {
  const { gateway, command, owner } = call;
  const { session, transactionNumber } = command;
  const transaction = command.startsTransaction
    ? await gateway.transactions.begin(session ?? '', transactionNumber ?? '', owner)
    : gateway.transactions.open(session, transactionNumber);
  return transaction.exclusively(async () => {
    gateway.transactions.open(session, transactionNumber);
    if (writes.has(command.name)) transaction.markWritten();
    try {
      const reply = await handler({ ...call, executor: transaction.connection, transaction });
      if (failed(reply)) await transaction.rollBack();
      return reply;
    } catch (error) {
      if (!isHarmless(error)) await transaction.rollBack();
      throw error;
    }
  });
}

const failed = (reply: Reply): boolean =>
  !Buffer.isBuffer(reply) && (Boolean(reply['writeErrors']) || Number(reply['nErrors'] ?? 0) > 0);

/** Errors found before any statement ran. */
const isHarmless = (error: unknown): boolean =>
  error instanceof CommandError &&
  (error.code === code.commandNotFound || error.code === code.cursorNotFound);
