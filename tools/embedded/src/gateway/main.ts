/**
 * The gateway's process: MongoDB's protocol on a loopback port, PostgreSQL with DocumentDB behind it.
 * Arguments: its port, the folder of PostgreSQL's socket. It ends when its standard input closes.
 */
import { Cursors } from './cursors';
import { Database } from './postgres';
import { RetriedWrites } from './retried-writes';
import { createGatewayServer } from './server';
import { Transactions } from './transactions';

async function main(): Promise<void> {
  const [port, socketFolder = ''] = process.argv.slice(2);
  const stop = (): void => process.exit(0);
  process.stdin.on('end', stop).on('error', stop).resume();
  process.on('SIGTERM', stop);
  const database = new Database(socketFolder);
  await Transactions.prepare(database);
  const server = createGatewayServer({
    address: `127.0.0.1:${port}`,
    database,
    transactions: new Transactions(database),
    cursors: new Cursors(),
    retriedWrites: new RetriedWrites(),
  });
  server.on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
  server.listen(Number(port), '127.0.0.1', 1024);
}

void main();
