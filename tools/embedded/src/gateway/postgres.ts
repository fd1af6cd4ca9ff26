import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CommandError, code, isConnectionLost, transient } from './errors';
import { Slots } from './slots';

/** Values of a statement: BSON goes as bytes. */
export type Parameter = string | Buffer | boolean | null;
export type Row = Record<string, unknown>;

/** Something that runs a prepared statement; `name` identifies the statement's text. */
export interface Executor {
  query(name: string, text: string, values: Parameter[]): Promise<Row[]>;
}

/** How long commands wait for a PostgreSQL that is being started again. */
const patience = 20_000;
const statementConnections = 20;
const transactionConnections = 40;
const patienceInLine = 100;

const options = (socketFolder: string): pg.ClientConfig => ({
  host: socketFolder,
  user: 'postgres',
  database: 'postgres',
});

export const connect = (socketFolder: string): pg.Client => new pg.Client(options(socketFolder));

/** One connection, kept by a transaction. */
export class Connection implements Executor {
  constructor(
    private readonly client: pg.PoolClient,
    private readonly onRelease: () => void,
  ) {}

  async query(name: string, text: string, values: Parameter[]): Promise<Row[]> {
    return (await this.client.query<Row>({ name, text, values })).rows;
  }

  /** Runs statements that need no parameters; resolves to the last one's command tag. */
  async run(text: string): Promise<string> {
    const results: pg.QueryResult | pg.QueryResult[] = await this.client.query(text);
    return (Array.isArray(results) ? results.at(-1)?.command : results.command) ?? '';
  }

  release(broken: boolean): void {
    this.client.release(broken);
    this.onRelease();
  }
}

/**
 * Connections to PostgreSQL. Transactions have a pool of their own: a statement outside them never waits
 * for one that is open. Whoever finds a pool exhausted waits in line; a transaction not for long, for it
 * keeps a connection of its driver busy that the open ones may need to come to their end.
 */
export class Database implements Executor {
  private readonly statements: pg.Pool;
  private readonly transactions: pg.Pool;
  private readonly openTransactions = new Slots(transactionConnections);

  constructor(socketFolder: string) {
    this.statements = new pg.Pool({
      ...options(socketFolder),
      max: statementConnections,
      idleTimeoutMillis: 60_000,
    });
    this.transactions = new pg.Pool({
      ...options(socketFolder),
      max: transactionConnections,
      idleTimeoutMillis: 30_000,
    });
    // A connection that ends is replaced by the pool; whoever uses it learns that from his statement.
    for (const pool of [this.statements, this.transactions]) {
      pool.on('error', () => undefined);
      pool.on('connect', (client) => client.on('error', () => undefined));
    }
  }

  async query(name: string, text: string, values: Parameter[]): Promise<Row[]> {
    const client = await acquire(this.statements);
    let broken = false;
    try {
      return (await client.query<Row>({ name, text, values })).rows;
    } catch (error) {
      broken = isConnectionLost(error);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** @throws CommandError that lets the driver try later when too many transactions are open */
  async connection(): Promise<Connection> {
    if (!(await this.openTransactions.take(patienceInLine))) {
      throw new CommandError(code.writeConflict, 'too many transactions are open', [transient]);
    }
    const release = (): void => this.openTransactions.give();
    try {
      return new Connection(await acquire(this.transactions), release);
    } catch (error) {
      release();
      throw error;
    }
  }
}

/** A connection of the pool; while PostgreSQL is being started again, it waits. */
async function acquire(pool: pg.Pool): Promise<pg.PoolClient> {
  for (const deadline = Date.now() + patience; ;) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!isConnectionLost(error) || Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}
