import type { Call, Handlers } from '../call';
import { isConnectionLost, noSuchTransaction } from '../errors';

const commit = async ({ gateway, command }: Call) => {
  const { session, transactionNumber } = command;
  const transaction = gateway.transactions.find(session, transactionNumber);
  try {
    if (transaction) {
      await transaction.commit();
      return { ok: 1 };
    }
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
  }
  // Unknown here, or PostgreSQL died while it committed: the record tells.
  if (await gateway.transactions.wasCommitted(session, transactionNumber)) return { ok: 1 };
  throw noSuchTransaction(transactionNumber);
};

const abort = async ({ gateway, command }: Call) => {
  await gateway.transactions.open(command.session, command.transactionNumber).abort();
  return { ok: 1 };
};

export const transactionCommands: Handlers = { commitTransaction: commit, abortTransaction: abort };
