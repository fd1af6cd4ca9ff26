import fc from 'fast-check';
import { ReplyReader } from './reply-reader';

const reply = (status: number, body: string) =>
  Buffer.from(
    `HTTP/1.1 ${status} X\r\nContent-Type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );

describe('ReplyReader', () => {
  it('tells the status of a whole reply', () => {
    const reader = new ReplyReader();
    expect(reader.push(reply(200, 'hello'))).toBe(200);
    expect(reader.push(reply(429, ''))).toBe(429);
  });

  it('waits for the rest, wherever a reply is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.array(fc.nat(200)), (body, cuts) => {
        const reader = new ReplyReader();
        const bytes = reply(201, body);
        const at = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort(
          (a, b) => a - b,
        );
        const parts = at.slice(1).map((to, index) => bytes.subarray(at[index], to));
        const statuses = parts.map((part) => reader.push(part));
        expect(statuses.slice(0, -1).every((status) => status === undefined)).toBe(true);
        expect(statuses.at(-1)).toBe(201);
      }),
    );
  });

  it('does not guess where a reply ends', () => {
    expect(() => new ReplyReader().push(Buffer.from('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n'))).toThrow(
      'without Content-Length',
    );
    expect(() => new ReplyReader().push(Buffer.concat([reply(200, 'a'), Buffer.from('b')]))).toThrow(
      'longer',
    );
  });
});
