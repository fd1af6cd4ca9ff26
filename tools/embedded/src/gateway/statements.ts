import type { Handler } from './call';

/** Casts a parameter of bytes to the engine's document type. */
export const bson = '::bytea::documentdb_core.bson';
/** The same for documents that stand one after the other. */
export const bsonSequence = '::bytea::documentdb_core.bsonsequence';

/** A command that the engine answers with one document, in a column of that name, from database ($1) and command ($2). */
export const oneDocument =
  (name: string, text: string): Handler =>
  async ({ command, executor }) => {
    const [row] = await executor.query(name, text, [command.database, command.body()]);
    return row?.['document'] as Buffer;
  };
