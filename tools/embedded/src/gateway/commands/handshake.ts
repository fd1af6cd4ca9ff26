import { randomUUID } from 'node:crypto';
import { Binary, Long, type Document } from 'bson';
import type { Call, Handlers } from '../call';

/** The MongoDB release whose behaviour the engine follows. */
const version = '7.0.0';

const hello = ({ gateway, command }: Call): Document => ({
  ...(command.name === 'hello' ? {} : { ismaster: true }),
  helloOk: true,
  isWritablePrimary: true,
  setName: 'rs0',
  setVersion: 1,
  secondary: false,
  hosts: [gateway.address],
  me: gateway.address,
  primary: gateway.address,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  // 25 is MongoDB 8.0: the first that has bulkWrite as a command.
  maxWireVersion: 25,
  readOnly: false,
  ok: 1,
});

/** Asks the engine too: who pings wants to know whether queries would be answered. */
const ping = async ({ executor }: Call): Promise<Document> => {
  await executor.query('ping', 'SELECT 1', []);
  return { ok: 1 };
};

const buildInfo = (): Document => ({
  version,
  gitVersion: 'documentdb',
  versionArray: [7, 0, 0, 0],
  bits: 64,
  maxBsonObjectSize: 16_777_216,
  modules: [],
  javascriptEngine: 'none',
  ok: 1,
});

const endSessions = async ({ gateway, command }: Call): Promise<Document> => {
  for (const { id } of command.target as { id: Buffer }[]) {
    const session = id.toString('hex');
    gateway.retriedWrites.endSession(session);
    await gateway.transactions.endSession(session);
  }
  return { ok: 1 };
};

const startSession = (): Document => {
  const id = new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), Binary.SUBTYPE_UUID);
  return { id: { id }, timeoutMinutes: 30, ok: 1 };
};

/** What a driver asks about the server itself. */
export const handshakeCommands: Handlers = {
  hello,
  isMaster: hello,
  ismaster: hello,
  ping,
  buildInfo,
  buildinfo: buildInfo,
  getParameter: () => ({ featureCompatibilityVersion: { version: '7.0' }, ok: 1 }),
  connectionStatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] }, ok: 1 }),
  serverStatus: ({ gateway }) => ({
    host: gateway.address,
    version,
    process: 'mongod',
    pid: Long.fromNumber(process.pid),
    uptime: process.uptime(),
    ok: 1,
  }),
  startSession,
  refreshSessions: () => ({ ok: 1 }),
  endSessions,
  killSessions: endSessions,
};
