import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { givenFiles, ownFiles, type DemoFile } from './files';
import { heading, money, progress, say, table } from './screen';
import { Service, type Reply } from './service';

const samples = path.resolve(__dirname, '../../../../samples');
const FINAL = ['COMPLETED', 'PARTIALLY_COMPLETED', 'FAILED'];
/** Milliseconds between two looks at a file's progress: a dozen of them a minute would use up a tenant's requests. */
const LOOK_EVERY_MS = 400;

type Headers = Record<string, string>;

/** Sends a file and watches it until it is paid. */
const pay = async (service: Service, headers: Headers, file: DemoFile): Promise<Reply> => {
  const sent = await service.send('POST', `/v1/bulk-payments?${file.query}`, {
    headers: { ...headers, 'content-type': file.mediaType },
    body: new Uint8Array(file.bytes),
  });
  if (sent.status > 299) return sent;
  let reply = sent;
  for (;;) {
    const { total, pending } = reply.body.counts;
    const ended = FINAL.includes(reply.body.status);
    progress(file.name, ended ? total : total - pending, total);
    if (ended) return { ...reply, status: sent.status };
    await sleep(LOOK_EVERY_MS);
    const look = await service.send('GET', `/v1/bulk-payments/${reply.body.id}`, { headers });
    if (look.status === 200) reply = look;
    else await sleep(Number(look.headers.get('retry-after') ?? 1) * 1_000);
  }
};

const rowOf = ({ name, tenant }: DemoFile, { status, body }: Reply): (string | number)[] => {
  if (status > 299) return [name, tenant, status, body.code, '', '', '', '', ''];
  const { total, completed, failed, rejected } = body.counts;
  const sums = body.totals.map(money).join(' + ');
  return [name, tenant, status, body.status, total, completed, failed, rejected, sums];
};

const HEAD = ['file', 'tenant', 'HTTP', 'outcome', 'lines', 'paid', 'failed', 'rejected', 'sum of the lines'];

const showErrors = (reply: Reply): void => {
  say(`${reply.status} ${reply.body.code}: ${reply.body.detail}`);
  const rows = (reply.body.errors ?? []).map(
    (error: { line?: number; pointer?: string; message: string }) => [
      error.line ?? '',
      error.pointer ?? '',
      error.message,
    ],
  );
  table(['line', 'where', 'what'], rows);
};

/** `npm run demo [files or folders]`. Resolves to the exit status. */
export const demo = async (paths: readonly string[]): Promise<number> => {
  try {
    const service = await Service.find(process.env['DATA_DIR'] || '.data');
    const who = {
      'city-credit': await service.admin('city-credit'),
      'first-bank': service.apiKey('first-bank'),
    };
    const run = `R${randomBytes(4).toString('hex').toUpperCase()}`;
    const files = paths.length > 0 ? await givenFiles(paths) : await ownFiles(samples, run);

    heading('Payment files, sent by the Professional and the Enterprise tenant');
    const replies: Reply[] = [];
    for (const file of files) replies.push(await pay(service, who[file.tenant], file));
    say();
    table(
      HEAD,
      files.map((file, index) => rowOf(file, replies[index]!)),
    );
    const refused = replies.filter(({ status }) => status > 299);
    for (const reply of refused) {
      say();
      showErrors(reply);
    }

    const first = replies.findIndex(({ status }) => status < 300);
    if (first >= 0) await showGuarantees(service, who, files[first]!, replies[first]!);
    await showLimit(service);
    return 0;
  } catch (error) {
    say(`[demo] ${(error as Error).message}`);
    return 1;
  }
};

const showGuarantees = async (
  service: Service,
  who: Record<DemoFile['tenant'], Headers>,
  file: DemoFile,
  reply: Reply,
): Promise<void> => {
  heading('The same file again');
  const again = await pay(service, who[file.tenant], file);
  const same =
    again.body.id === reply.body.id ? 'the same bulk payment; nothing was paid twice' : 'another one (!)';
  say(`HTTP ${again.status}, Idempotency-Replayed; ${same}`);

  heading('A broken file');
  const broken = await readFile(path.join(samples, 'broken.pain.001.001.09.xml'));
  const refused = await service.send('POST', '/v1/bulk-payments', {
    headers: { ...who['first-bank'], 'content-type': 'application/xml' },
    body: new Uint8Array(broken),
  });
  showErrors(refused);

  heading('What another tenant sees of it');
  const neighbour = file.tenant === 'first-bank' ? 'city-credit' : 'first-bank';
  const peek = await service.send('GET', `/v1/bulk-payments/${reply.body.id}`, { headers: who[neighbour] });
  say(`${neighbour}: HTTP ${peek.status} ${peek.body.code}`);
};

/** The Starter tenant has 60 requests in any 60 s. */
const showLimit = async (service: Service): Promise<void> => {
  heading('A rate limit at work: 70 requests of the Starter tenant at once');
  const headers = await service.admin('corner-shop');
  const replies = await Promise.all(
    Array.from({ length: 70 }, () => service.send('GET', '/v1/me', { headers })),
  );
  const admitted = replies.filter(({ status }) => status === 200).length;
  const [denied] = replies.filter(({ status }) => status === 429);
  say(
    `admitted ${admitted}, refused ${replies.length - admitted}; Retry-After: ${denied?.headers.get('retry-after') ?? '-'} s`,
  );
};
