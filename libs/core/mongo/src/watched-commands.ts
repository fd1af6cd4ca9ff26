import { createRequire } from 'node:module';
import type { MongoClient, MongoClientOptions } from 'mongodb';

type Document = Record<string, unknown>;

/** What is used of the driver's own connection: it isn't in its types. */
interface DriverConnection {
  /** Whether the handshake is over: what is sent before is the driver's own. */
  readonly established: boolean;
  prepareCommand(...args: unknown[]): Message;
  command(...args: unknown[]): Promise<unknown>;
}

/** A command as it will be written. */
interface Message {
  databaseName: string;
  command?: Document;
  /** In the form of servers before MongoDB 3.6, which a handshake begins with. */
  query?: Document;
}

// The driver exports neither, but lets a class be given for its connections (`connectionType`). The driver is Mongoose's.
const load = createRequire(require.resolve('mongoose'));
const { Connection } = load('mongodb/lib/cmap/connection') as {
  Connection: new (...args: unknown[]) => DriverConnection;
};
const { DocumentSequence } = load('mongodb/lib/cmap/commands') as {
  DocumentSequence: new (...args: never[]) => { documents: unknown[] };
};

/** Is told a command's reply: the driver's own object, or a plain one. */
export type ReplyListener = (reply: unknown) => void;

/**
 * Is shown every command just before it is written to the socket, in the flow of the operation that sends it. What it
 * throws is what the operation ends with, and nothing goes over the wire. What it returns is told the reply.
 */
export type CommandCheck = (name: string, command: Document, database: string) => ReplyListener | undefined;

/** Where one client's commands pass. One check at a time: whoever would replace it has to have begun it. */
export class CommandWatch {
  private current: { check: CommandCheck } | undefined;
  /** How many were sent since the client was opened, by command, and by collection where it names one. */
  readonly sent = new Map<string, Map<string, number>>();

  /** Returns what ends it. @throws Error while another check is under way */
  begin(check: CommandCheck): () => void {
    if (this.current !== undefined) throw new Error("The client's commands are checked already.");
    const begun = { check };
    this.current = begun;
    return () => {
      if (this.current === begun) this.current = undefined;
    };
  }

  look({ command, query, databaseName }: Message): ReplyListener | undefined {
    const sent = command ?? query ?? {};
    const [name = ''] = Object.keys(sent);
    this.count(name, sent[name]);
    if (this.current === undefined) return undefined;
    return this.current.check(name, withDocuments(sent), databaseName);
  }

  private count(name: string, target: unknown): void {
    const collection = typeof target === 'string' ? target : '';
    let byCollection = this.sent.get(name);
    if (byCollection === undefined) this.sent.set(name, (byCollection = new Map<string, number>()));
    byCollection.set(collection, (byCollection.get(collection) ?? 0) + 1);
  }
}

/** The driver puts long lists of documents aside, to be sent in a part of their own. */
const withDocuments = (command: Document): Document => {
  let shown = command;
  for (const key in command) {
    const value = command[key];
    if (value instanceof DocumentSequence) shown = { ...shown, [key]: value.documents };
  }
  return shown;
};

const watches = new WeakMap<object, CommandWatch>();

/**
 * Options of a client whose every command can be checked before it is sent: see `commandWatchOf`. For one client alone.
 *
 * It is the connection itself that asks, and no listener of the driver's command monitoring: nobody who holds the client
 * can take the check away (`removeAllListeners`), and the driver makes and passes on no events (a hundredth of a
 * request's CPU; and for who listens to those of started commands, it reads every reply once more).
 */
export const watchedCommands = (): MongoClientOptions => {
  const watch = new CommandWatch();
  class WatchedConnection extends Connection {
    // A connection has one command at a time, which begins with `prepareCommand`.
    private listener: ReplyListener | undefined;

    override prepareCommand(...args: unknown[]): Message {
      const message = super.prepareCommand(...args);
      this.listener = this.established ? watch.look(message) : undefined;
      return message;
    }

    override command(...args: unknown[]): Promise<unknown> {
      const replied = super.command(...args);
      const { listener } = this;
      if (listener === undefined) return replied;
      return replied.then((reply) => {
        listener(reply);
        return reply;
      });
    }
  }
  watches.set(WatchedConnection, watch);
  return { connectionType: WatchedConnection } as MongoClientOptions;
};

/** @throws Error when the client's commands can't be watched */
export const commandWatchOf = (client: MongoClient): CommandWatch => {
  const { connectionType, autoEncrypter } = client.options as unknown as {
    connectionType?: object;
    autoEncrypter?: unknown;
  };
  const watch = connectionType === undefined ? undefined : watches.get(connectionType);
  // With encryption by the client, the driver takes a connection class of its own.
  if (watch === undefined || (autoEncrypter !== undefined && autoEncrypter !== null)) {
    throw new Error('The MongoDB client was not opened with watchedCommands(), or encrypts by itself.');
  }
  return watch;
};
