import { mongo } from 'mongoose';

const { MongoError, MongoErrorLabel } = mongo;

/**
 * A transaction doesn't see collections that were made after it began. The driver takes this error as it takes a write
 * conflict: it undoes the transaction and runs the work again, in one that does.
 */
export const begunTooEarly = (): mongo.MongoError => {
  const error = new MongoError("The transaction began before the tenant's own database was complete");
  error.addErrorLabel(MongoErrorLabel.TransientTransactionError);
  return error;
};
