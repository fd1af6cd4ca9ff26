import { request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { pain001 } from './pain001';
import { peakMemory, Platform } from './platform';
import { progress, say, table } from './screen';
import { Service } from './service';

/** MiB of heap that each process may have: beyond, Node ends it. */
const HEAP_MIB = 256;
const CHUNK = 250;

/** Text in pieces large enough for a socket. */
async function* inPieces(pieces: Iterable<string>): AsyncGenerator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** Streams the file as it is made; resolves to the reply. */
const upload = (
  target: URL,
  headers: Record<string, string>,
  instructions: number,
): Promise<{ id: string }> =>
  new Promise((resolve, reject) => {
    const sending = request(target, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/xml' },
    });
    sending.once('error', reject);
    sending.once('response', (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (data: string) => (text += data));
      reply.once('end', () =>
        reply.statusCode === 202 ? resolve(JSON.parse(text) as { id: string }) : reject(new Error(text)),
      );
    });
    const file = Readable.from(inPieces(pain001(instructions, `BENCH-${Date.now()}`)));
    pipeline(file, sending).catch(reject);
  });

/** Rows a second of the plainest way to store the same lines: insertMany of the stored documents into a new collection. */
const rawInserts = async (uri: string): Promise<number> => {
  const client = await MongoClient.connect(uri);
  try {
    const from = client.db().collection('bulk_payment_items').find({});
    const into = client.db().collection('bench_raw_inserts');
    let rows = 0;
    let ms = 0;
    let chunk: object[] = [];
    const flush = async (): Promise<void> => {
      const began = performance.now();
      await into.insertMany(chunk, { writeConcern: { w: 'majority' } });
      ms += performance.now() - began;
      rows += chunk.length;
      chunk = [];
    };
    for await (const item of from) {
      chunk.push(item);
      if (chunk.length === CHUNK) await flush();
    }
    if (chunk.length > 0) await flush();
    await into.drop();
    return rows / (ms / 1_000);
  } finally {
    await client.close();
  }
};

/** Sends a pain.001 of that many instructions to a platform of its own and prints what it took. */
export const bulkBench = async (instructions: number, startScript: string): Promise<void> => {
  say(`starting a platform with ${HEAP_MIB} MiB of heap for each process ...`);
  const platform = await Platform.start(startScript, {
    BULK_MAX_BYTES: String(2 * 1_073_741_824),
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
  });
  try {
    const service = await Service.find(platform.dataDir);
    const headers = service.apiKey('first-bank');
    const bytes = [...pain001(instructions, 'SIZE')].reduce(
      (sum, piece) => sum + Buffer.byteLength(piece),
      0,
    );
    say(`sending ${instructions} instructions, ${(bytes / 1_000_000).toFixed(1)} MB ...`);
    const began = performance.now();
    const { id } = await upload(service.url('/v1/bulk-payments'), headers, instructions);
    const accepted = performance.now();
    for (;;) {
      const { body } = await service.send('GET', `/v1/bulk-payments/${id}`, { headers });
      progress('paid', body.counts.completed, body.counts.total);
      if (body.completedAt !== null) break;
      await sleep(1_000);
    }
    const paid = performance.now();
    const { mongodbUri, pids } = await platform.state();
    const [api, worker] = await Promise.all([peakMemory(pids.api), peakMemory(pids.worker)]);
    say('inserting the same rows plainly ...');
    const raw = await rawInserts(mongodbUri);
    const rate = (from: number, to: number): number => instructions / ((to - from) / 1_000);
    const row = (what: string, perSecond: number): (string | number)[] => [
      what,
      Math.round(perSecond),
      (perSecond / raw).toFixed(2),
    ];
    say();
    table(
      ['step', 'rows/s', 'ratio to insertMany'],
      [
        row('received, checked and stored', rate(began, accepted)),
        row('paid, after that', rate(accepted, paid)),
        row('both', rate(began, paid)),
        row(`insertMany, ${CHUNK} rows at a time`, raw),
      ],
    );
    say(`\npeak memory (RSS): API ${api} MiB, worker ${worker} MiB; heap of each at most ${HEAP_MIB} MiB`);
  } finally {
    await platform.stop();
  }
};
