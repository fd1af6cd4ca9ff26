/** The load generator's process: raw sockets, so that it takes as little of the machine as it can. */
import net from 'node:net';
import type { LoadOrder, LoadResult } from './order';
import { ReplyReader } from './reply-reader';

let counter = Date.now() * 1_000;

const run = async ({
  port,
  connections,
  ms,
  requests,
  unique,
  everyMs = 0,
  status,
}: LoadOrder): Promise<LoadResult> => {
  const texts = unique === undefined ? requests.map((text) => Buffer.from(text, 'latin1')) : [];
  const nextRequest = (at: number): Buffer =>
    unique === undefined
      ? texts[at % texts.length]!
      : Buffer.from(
          requests[at % requests.length]!.replaceAll(unique, String((counter += 1)).slice(-unique.length)),
          'latin1',
        );
  const latencies: number[] = [];
  const begun = performance.now();
  const end = begun + ms;
  const connection = (_: unknown, index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const reader = new ReplyReader();
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      let at = Math.floor((index * requests.length) / connections);
      let sentAt = 0;
      const send = (): void => {
        sentAt = performance.now();
        socket.write(nextRequest((at += 1)));
      };
      // Connections take turns, so that a pace is one of all of them together.
      let due = begun + (index * everyMs) / connections;
      const sendWhenDue = (): void => {
        const wait = due - performance.now();
        due += everyMs;
        if (wait > 0) setTimeout(send, wait);
        else send();
      };
      socket.on('connect', sendWhenDue).on('error', reject);
      socket.on('close', () =>
        performance.now() < end ? reject(new Error('the server hung up')) : resolve(),
      );
      socket.on('data', (chunk) => {
        try {
          const got = reader.push(chunk);
          if (got === undefined) return;
          if (got !== status) throw new Error(`${got} instead of ${status}: ${chunk.toString()}`);
          const now = performance.now();
          latencies.push(now - sentAt);
          if (now < end) sendWhenDue();
          else socket.destroy();
        } catch (error) {
          reject(error as Error);
          socket.destroy();
        }
      });
    });
  await Promise.all(Array.from({ length: connections }, connection));
  const elapsed = performance.now() - begun;
  latencies.sort((a, b) => a - b);
  const percentile = (p: number) => latencies[Math.floor((latencies.length - 1) * p)] ?? NaN;
  return {
    rate: (latencies.length / elapsed) * 1_000,
    replies: latencies.length,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
};

process.on('message', (order) => {
  run(order as LoadOrder).then(
    (result) => process.send!({ result }),
    (error: Error) => process.send!({ error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
