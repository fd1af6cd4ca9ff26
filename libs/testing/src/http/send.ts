import { request as httpRequest, type Agent } from 'node:http';
import { parseBody, type Reply } from './reply';

/** Header lines as they are to be sent: an array sends a line for each of its values, `undefined` none. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Request {
  method?: string;
  /** The request target, sent as it is. */
  path: string;
  headers?: Headers;
  /** Sent as it is; for JSON see ApiClient. */
  body?: string | Buffer;
}

/** With these, no length at all would be told as an empty body in chunks. */
const MAY_HAVE_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** Names in any case; a later one takes the place of an earlier one. */
const merge = (...all: (Headers | undefined)[]): [string, string][] => {
  const lines = new Map<string, readonly string[]>();
  for (const headers of all) {
    for (const [name, value] of Object.entries(headers ?? {})) {
      const values = value === undefined ? [] : typeof value === 'string' ? [value] : value;
      lines.set(name.toLowerCase(), values);
    }
  }
  return [...lines].flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
};

/** Sends exactly these header lines (besides Host and Content-Length, unless given) through node:http. */
export const send = async <T = unknown>(
  { port, agent }: { port: number; agent: Agent },
  { method = 'GET', path, headers, body }: Request,
): Promise<Reply<T>> => {
  const lines = merge(
    { host: `127.0.0.1:${port}` },
    body === undefined && !MAY_HAVE_BODY.has(method)
      ? {}
      : { 'content-length': String(Buffer.byteLength(body ?? '')) },
    headers,
  );
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      agent,
      method,
      path,
      headers: lines.flat(),
    });
    let answered = false;
    request.once('response', (response) => {
      answered = true;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => {
        const { statusCode = 0, headers: received } = response;
        resolve({
          target: path,
          status: statusCode,
          headers: received,
          text,
          body: parseBody(received['content-type'], text) as T,
        });
      });
    });
    request.on('error', (error) => {
      // A server that has answered may stop reading a body that it refused.
      if (!answered) reject(error);
    });
    request.end(body);
  });
};
