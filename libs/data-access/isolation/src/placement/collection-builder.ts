import type { Connection } from 'mongoose';
import { withinScope } from '../operation-scope/operation-scope';

const NAMESPACE_EXISTS = 48;
const ATTEMPTS = 5;

/** Another process may be building the same: then the second attempt finds it done. */
const persistently = async (work: () => Promise<unknown>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code === NAMESPACE_EXISTS) return;
      if (attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
    }
  }
};

/**
 * Creates the collections and indexes of every model on the connection: transactions can't create collections, and
 * uniqueness must hold from the first write. Safe in several processes at once; what is there stays.
 */
export const prepareCollections = async (connection: Connection): Promise<void> => {
  const present = new Set((await connection.listCollections()).map(({ name }) => name));
  const maintain = (work: () => Promise<unknown>) =>
    persistently(() => withinScope({ kind: 'maintenance' }, work));
  for (const model of Object.values(connection.models)) {
    const { name } = model.collection;
    if (!present.has(name)) await maintain(() => connection.createCollection(name));
    await maintain(() => model.createIndexes());
  }
};
