/**
 * The physical limit: node:http and the platform's own script, one EVALSHA a request over a raw socket, nothing else. No
 * framework, no client library, no token, no headers about limits.
 */
import { createServer, type ServerResponse } from 'node:http';
import net from 'node:net';
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { SLIDING_WINDOW_LUA } from '@financeops/rate-limiting';
import { setting } from './environment';
import { named } from './named-tenant';
import { meView } from './obvious/me';

const sha = createHash('sha1').update(SLIDING_WINDOW_LUA).digest('hex');
const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;
/** One kind: one window, takes its place, counts a call; limit, milliseconds, cost. One request of it. */
const ARGS = ['1', '1', '1', '1', '1000', '60000', '1', '0'].map(bulk).join('');
/** The reply is an array of 5 integers. */
const REPLY_LINES = 6;

const evalsha = (tenantId: string): string =>
  `*14\r\n$7\r\nEVALSHA\r\n${bulk(sha)}$1\r\n3\r\n${bulk('rate_limit_latest')}${bulk(`rate_limit:{${tenantId}}:global`)}` +
  `${bulk(`usage:{${tenantId}}:`)}${ARGS}`;

const main = async (): Promise<void> => {
  const url = new URL(setting('REDIS_URL'));
  const loader = new Redis(url.toString());
  await loader.script('LOAD', SLIDING_WINDOW_LUA);
  await loader.quit();

  const waiting: { reply: ServerResponse; tenantId: string }[] = [];
  const answer = (allowed: boolean): void => {
    const { reply, tenantId } = waiting.shift()!;
    const body = JSON.stringify(meView('user', { id: tenantId, slug: 'tenant', tier: 'ENTERPRISE' }));
    reply.writeHead(allowed ? 200 : 429, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    });
    reply.end(body);
  };
  let lines: string[] = [];
  let rest = '';
  const socket = net.connect({ port: Number(url.port), host: url.hostname, noDelay: true });
  socket.setEncoding('latin1').on('data', (text: string) => {
    const parts = (rest + text).split('\r\n');
    rest = parts.pop()!;
    lines.push(...parts);
    let at = 0;
    for (; lines.length - at >= REPLY_LINES; at += REPLY_LINES) answer(lines[at + 2] === ':1');
    lines = lines.slice(at);
  });
  // What comes in one turn of the event loop leaves in one write.
  let unsent = '';
  const send = (text: string): void => {
    if (unsent === '') setImmediate(() => void (socket.write(unsent, 'latin1'), (unsent = '')));
    unsent += text;
  };
  createServer((request, reply) => {
    const tenantId = named(request);
    waiting.push({ reply, tenantId });
    send(evalsha(tenantId));
  }).listen(Number(setting('PORT')), '127.0.0.1');
};

void main();
