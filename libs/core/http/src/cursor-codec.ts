import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@financeops/core/config';
import { ValidationError } from '@financeops/core/errors';

/** The last item of a page. Lists are ordered by creation, newest first, then by id. */
export interface PagePosition {
  createdAt: Date;
  /** 24-hex ObjectId. */
  id: string;
}

const MAC_BYTES = 16;

/**
 * Cursors of lists: opaque, signed, and bound to the tenant, route and filters they were made for. A foreign or altered
 * cursor is a 400, never a page of another list.
 */
@Injectable()
export class CursorCodec {
  private readonly key: Buffer;

  constructor(@Inject(CONFIG) config: Config) {
    this.key = Buffer.from(
      hkdfSync('sha256', Buffer.from(config.ENCRYPTION_KEY, 'base64'), '', 'list-cursor', 32),
    );
  }

  /** `binding`: any JSON value that identifies the list, e.g. tenant id, route and filters. */
  encode(position: PagePosition, binding: unknown): string {
    const body = Buffer.alloc(20);
    body.writeBigUInt64BE(BigInt(position.createdAt.getTime()));
    body.write(position.id, 8, 'hex');
    return this.seal(body, binding);
  }

  /** @throws ValidationError naming the parameter `cursor`. */
  decode(cursor: string, binding: unknown): PagePosition {
    const body = this.open(cursor, 20, binding);
    return { createdAt: new Date(Number(body.readBigUInt64BE())), id: body.toString('hex', 8) };
  }

  /** For lists in another order: the number of the page's last item, below 2^48. */
  encodeNumber(last: number, binding: unknown): string {
    const body = Buffer.alloc(6);
    body.writeUIntBE(last, 0, 6);
    return this.seal(body, binding);
  }

  /** @throws ValidationError naming the parameter `cursor`. */
  decodeNumber(cursor: string, binding: unknown): number {
    return this.open(cursor, 6, binding).readUIntBE(0, 6);
  }

  private seal(body: Buffer, binding: unknown): string {
    return Buffer.concat([body, this.mac(body, binding)]).toString('base64url');
  }

  private open(cursor: string, length: number, binding: unknown): Buffer {
    const bytes = Buffer.from(cursor, 'base64url');
    const body = bytes.subarray(0, length);
    const valid =
      bytes.length === length + MAC_BYTES &&
      bytes.toString('base64url') === cursor &&
      timingSafeEqual(bytes.subarray(length), this.mac(body, binding));
    if (valid) return body;
    throw new ValidationError([
      {
        parameter: 'cursor',
        message: 'is not a cursor of this list; send nextCursor of the previous page, with the same filters',
      },
    ]);
  }

  private mac(body: Buffer, binding: unknown): Buffer {
    return createHmac('sha256', this.key)
      .update(body)
      .update(JSON.stringify(binding))
      .digest()
      .subarray(0, MAC_BYTES);
  }
}
