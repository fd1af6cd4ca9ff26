import { mongo, type ClientSession } from 'mongoose';

/** Milliseconds for which a commit without an answer is repeated; the driver would for 120 s, with a client waiting. */
const PATIENCE_MS = 2_000;
const { MongoError, MongoErrorLabel, MongoNetworkError } = mongo;

/** The driver's own kind of error, which says that the commit may be repeated on another connection. */
const answerLost = (cause: Error): mongo.MongoNetworkError => {
  const error = new MongoNetworkError('The answer to a commit got lost', { cause });
  error.addErrorLabel(MongoErrorLabel.UnknownTransactionCommitResult);
  return error;
};

/**
 * Mends how the driver (7.8) commits. It lets the failure of a write to its socket through bare, and `withTransaction`
 * then stumbles over what is no MongoError; and it repeats a commit for two minutes while MongoDB is gone. Whether a
 * commit that is given up took place is not known: the client asks again, with the same idempotency key.
 */
export const boundCommits = (
  session: Pick<ClientSession, 'commitTransaction'>,
  now: () => number = () => performance.now(),
): void => {
  const commit = session.commitTransaction.bind(session);
  let failingSince: number | undefined;
  session.commitTransaction = async () => {
    try {
      await commit();
    } catch (error) {
      failingSince ??= now();
      if (now() - failingSince > PATIENCE_MS) {
        throw new MongoNetworkError('A commit was given up', { cause: error as Error });
      }
      throw error instanceof MongoError ? error : answerLost(error as Error);
    }
  };
};
