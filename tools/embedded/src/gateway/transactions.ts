import { LRUCache } from 'lru-cache';
import { isConnectionLost, noSuchTransaction } from './errors';
import type { Connection, Database } from './postgres';

/** As MongoDB's transactionLifetimeLimitSeconds. */
const lifetime = 60_000;
/** A second writer of a document gives up this soon, and its transaction runs again: like MongoDB's write conflict. */
const begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL lock_timeout = '20ms'";

const forgetCommits = "DELETE FROM gateway.commits WHERE at < now() - interval '1 hour'";

/** A driver's connection. */
export interface Owner {
  /** Whether it has closed. */
  readonly destroyed: boolean;
}

/** A driver's transaction: one PostgreSQL transaction on a connection of its own, one statement at a time. */
export class Transaction {
  state: 'open' | 'committed' | 'aborted' = 'open';
  private wrote = false;
  private last: Promise<unknown> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    /** Session and number: what a driver names it by. */
    readonly id: string,
    readonly number: string,
    /** The driver's connection; when that closes, the transaction ends. */
    readonly owner: Owner,
    readonly connection: Connection,
  ) {
    this.timer = setTimeout(() => void this.abort(), lifetime).unref();
  }

  static async begin(
    database: Database,
    session: string,
    number: string,
    owner: Owner,
  ): Promise<Transaction> {
    const connection = await database.connection();
    try {
      await connection.run(begin);
    } catch (error) {
      connection.release(true);
      throw error;
    }
    return new Transaction(`${session}:${number}`, number, owner, connection);
  }

  /** Runs `work` after whatever the transaction is doing now. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work, work);
    this.last = result.catch(() => undefined);
    return result;
  }

  markWritten(): void {
    this.wrote = true;
  }

  /**
   * Commits. A record of it is committed along: a driver that got no answer asks again, perhaps after
   * this process was started anew, and must not be told to run the transaction a second time.
   */
  commit(): Promise<void> {
    return this.exclusively(async () => {
      if (this.state === 'committed') return;
      if (this.state === 'aborted') throw noSuchTransaction(this.number);
      const record = this.wrote ? `INSERT INTO gateway.commits (id) VALUES ('${this.id}'); ` : '';
      try {
        if ((await this.connection.run(`${record}COMMIT`)) !== 'COMMIT') throw noSuchTransaction(this.number);
        this.end('committed', false);
      } catch (error) {
        // A record that fails leaves the transaction open.
        if (!isConnectionLost(error)) await this.connection.run('ROLLBACK').catch(() => undefined);
        this.end('aborted', isConnectionLost(error));
        throw error;
      }
    });
  }

  abort(): Promise<void> {
    return this.exclusively(() => this.rollBack());
  }

  /** For use inside `exclusively`. */
  async rollBack(): Promise<void> {
    if (this.state !== 'open') return;
    this.state = 'aborted';
    const broken = await this.connection.run('ROLLBACK').then(
      () => false,
      () => true,
    );
    this.end('aborted', broken);
  }

  private end(state: 'committed' | 'aborted', broken: boolean): void {
    this.state = state;
    clearTimeout(this.timer);
    this.connection.release(broken);
  }
}

/** The last transaction of each driver session (drivers that are killed never say that theirs have ended). */
export class Transactions {
  private readonly bySession = new LRUCache<string, Transaction>({ max: 10_000 });

  constructor(private readonly database: Database) {
    const forget = (): Promise<unknown> => database.query('forgetCommits', forgetCommits, []);
    setInterval(() => void forget().catch(() => undefined), 600_000).unref();
  }

  /** Makes room for the records of commits, and forgets those no driver asks for any more. */
  static async prepare(database: Database): Promise<void> {
    const connection = await database.connection();
    await connection.run(`CREATE SCHEMA IF NOT EXISTS gateway;
      CREATE TABLE IF NOT EXISTS gateway.commits (id text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
      ${forgetCommits}`);
    connection.release(false);
  }

  async begin(session: string, number: string, owner: Owner): Promise<Transaction> {
    await this.bySession.get(session)?.abort();
    const transaction = await Transaction.begin(this.database, session, number, owner);
    this.bySession.set(session, transaction);
    // It may have waited in line for longer than the driver did.
    if (owner.destroyed) await transaction.abort();
    return transaction;
  }

  /** @throws CommandError 251 when it is not open */
  open(session: string | undefined, number: string | undefined): Transaction {
    const transaction = this.find(session, number);
    if (transaction?.state !== 'open') throw noSuchTransaction(number);
    return transaction;
  }

  find(session: string | undefined, number: string | undefined): Transaction | undefined {
    const transaction = session === undefined ? undefined : this.bySession.get(session);
    return transaction?.number === number ? transaction : undefined;
  }

  /** Whether an earlier life of this process committed it. */
  async wasCommitted(session: string | undefined, number: string | undefined): Promise<boolean> {
    const text = 'SELECT 1 FROM gateway.commits WHERE id = $1';
    return (await this.database.query('committed', text, [`${session}:${number}`])).length > 0;
  }

  async endSession(session: string): Promise<void> {
    await this.bySession.get(session)?.abort();
    this.bySession.delete(session);
  }

  /** Ends what a closed connection left open. */
  abandon(owner: Owner): void {
    for (const transaction of this.bySession.values()) {
      if (transaction.owner === owner) void transaction.abort();
    }
  }
}
