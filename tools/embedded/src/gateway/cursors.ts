import { CommandError, code } from './errors';
import { elementsOf } from './bson-walk';
import type { Executor } from './postgres';

/** What the engine needs to go on with a cursor. */
interface OpenCursor {
  continuation: Buffer;
  /** A transaction's cursor lives on its connection. */
  executor: Executor;
  usedAt: number;
}

/** As MongoDB's: a cursor that nobody reads from is forgotten. */
const idleLimit = 600_000;

/** The cursors that drivers have open, by their id. */
export class Cursors {
  private readonly open = new Map<string, OpenCursor>();

  constructor() {
    setInterval(() => this.forgetIdle(Date.now()), 60_000).unref();
  }

  /** Remembers the cursor that `page`, the first answer, announces (none when everything fitted into it). */
  remember(page: Buffer, continuation: Buffer | null, executor: Executor): void {
    const id = continuation && cursorId(page);
    if (id) this.open.set(id, { continuation, executor, usedAt: Date.now() });
  }

  /** @throws CommandError 43 for an unknown one */
  get(id: string): OpenCursor {
    const cursor = this.open.get(id);
    if (!cursor) throw new CommandError(code.cursorNotFound, `cursor id ${id} not found`);
    return cursor;
  }

  /** After each further page there is a new continuation, or none at the end. */
  advance(id: string, continuation: Buffer | null): void {
    const cursor = this.open.get(id);
    if (cursor && continuation) Object.assign(cursor, { continuation, usedAt: Date.now() });
    else this.open.delete(id);
  }

  /** @returns whether it was open */
  close(id: string): boolean {
    return this.open.delete(id);
  }

  private forgetIdle(now: number): void {
    for (const [id, { usedAt }] of this.open) if (now - usedAt > idleLimit) this.open.delete(id);
  }
}

/** The id in `{ cursor: { id, ... } }`; undefined when it is 0. */
function cursorId(page: Buffer): string | undefined {
  const cursor = elementsOf(page).find(({ name }) => name === 'cursor');
  if (!cursor) return undefined;
  const inner = page.subarray(cursor.value, cursor.end);
  const id = elementsOf(inner).find(({ name }) => name === 'id');
  const value = id && inner.readBigInt64LE(id.value);
  return value ? String(value) : undefined;
}
