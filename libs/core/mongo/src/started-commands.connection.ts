import { createRequire } from 'node:module';
import type { MongoClientOptions } from 'mongodb';

/** What is used of the driver's own connection: it isn't in its types. */
interface DriverConnection {
  readonly shouldEmitAndLogCommand: boolean;
  prepareCommand(...args: unknown[]): unknown;
  readonly monitorCommands: boolean;
  emit(event: string, ...args: unknown[]): boolean;
  emitAndLogCommand(...args: unknown[]): void;
}

// The driver exports no class for it, but lets one be given (`connectionType`). The driver is Mongoose's.
const load = createRequire(require.resolve('mongoose'));
const { Connection } = load('mongodb/lib/cmap/connection') as {
  Connection: new (...args: unknown[]) => DriverConnection;
};

/**
 * The driver's connection, which reports to `commandStarted` alone. With the driver's own, listening to that event makes it
 * report each reply as well, and for this read the whole reply once more (a list's costs a tenth of its request). Nobody here
 * listens to replies.
 *
 * A connection has one command at a time, which begins with `prepareCommand`.
 */
class StartedCommandsConnection extends Connection {
  private reported = false;

  override get shouldEmitAndLogCommand(): boolean {
    return !this.reported && super.shouldEmitAndLogCommand;
  }

  override prepareCommand(...args: unknown[]): unknown {
    this.reported = false;
    return super.prepareCommand(...args);
  }

  /** Without the driver's own log, for which it would copy every command. */
  override emitAndLogCommand(
    _monitor: boolean,
    event: string,
    _database: string,
    _established: boolean,
    command: unknown,
  ): void {
    this.reported = true;
    if (this.monitorCommands) this.emit(event, command);
  }
}

/** Options of a client whose every command can be seen before it is sent. */
export const STARTED_COMMANDS = {
  monitorCommands: true,
  connectionType: StartedCommandsConnection,
} as MongoClientOptions;
