import type { Connection } from 'mongoose';

const roots = new WeakMap<Connection, Connection>();

/** A connection to a tenant's own database, through the client and with the settings of `root`. */
export const dedicatedConnection = (root: Connection, database: string): Connection => {
  const connection = root.useDb(database);
  roots.set(connection, root);
  return connection;
};

/** The connection to the shared database, whose models say what every collection is. */
export const rootOf = (connection: Connection): Connection => roots.get(connection) ?? connection;

/** The name of an open connection's database. */
export const databaseName = ({ db }: Connection): string => {
  if (db === undefined) throw new Error('The connection is not open.');
  return db.databaseName;
};

/** The name of the shared database. */
export const sharedDatabase = (connection: Connection): string => databaseName(rootOf(connection));

/** Mongoose keeps what `useDb` made until it is told to forget it (`removeDb`, by name; here: this one alone). */
export const forgetConnection = (connection: Connection): void => {
  const { otherDbs } = rootOf(connection) as Connection & { otherDbs: Connection[] };
  const at = otherDbs.indexOf(connection);
  if (at !== -1) otherDbs.splice(at, 1);
};
