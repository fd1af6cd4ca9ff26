import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { UserRecord } from './user-record';
import { UserRecordStore, type UserKey } from './user-record.store';
import { UserChangeWatch } from './user-change-watch';

/**
 * Milliseconds that what is known of a person may lag behind. A removed, demoted or re-passworded user's tokens have to
 * end within 1 s on every process; this bounds it.
 */
const MAX_LAG_MS = 500;
/** Milliseconds after which somebody is read anew although no change has been heard of. */
const MAX_AGE_MS = 600_000;
const MAX_PEOPLE = 50_000;
/** Milliseconds that somebody known waits for word of changes before being read anew. */
const PATIENCE_MS = 250;

interface Known {
  account: UserRecord | null;
  /** When its read began, in milliseconds of a clock that never goes back: it may have seen the state of that moment. */
  readAt: number;
}

const settledWithin = (milliseconds: number, work: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });

const keyOf = ({ tenantId, id }: UserKey): string => `${tenantId ?? ''}:${id}`;

/**
 * The people behind the tokens in use, as they were at most half a second ago: read that recently, or, for tenants' users,
 * known not to have changed since (UserChangeWatch). One read at a time for each.
 */
@Injectable()
export class UserCache {
  private readonly known = new LRUCache<string, Known>({ max: MAX_PEOPLE });
  private readonly flights = new Map<string, Promise<UserRecord | null>>();
  /** When a change was last heard of, by user: what a read that began before then has seen isn't kept. */
  private readonly changedAt = new LRUCache<string, number>({ max: MAX_PEOPLE });

  constructor(
    private readonly accounts: UserRecordStore,
    private readonly watch: UserChangeWatch,
  ) {
    watch.listen((change) => {
      const key = keyOf(change);
      this.changedAt.set(key, performance.now());
      this.known.delete(key);
      // Whoever asks from now on needs a read that began after the change.
      this.flights.delete(key);
    });
  }

  /** What is known and may still be believed; `undefined`: it has to be read. */
  peek(person: UserKey): UserRecord | null | undefined {
    const known = this.known.get(keyOf(person));
    if (known === undefined) return undefined;
    const now = performance.now();
    if (now - known.readAt < MAX_LAG_MS) return known.account;
    if (person.tenantId === null || now - known.readAt > MAX_AGE_MS) return undefined;
    return now - this.watch.confirmedAt(now) < MAX_LAG_MS ? known.account : undefined;
  }

  /** `isOutdated`: whether what is known can't be right, for example older than a token; then it is read again. */
  async find(
    person: UserKey,
    isOutdated: (known: UserRecord | null) => boolean = () => false,
  ): Promise<UserRecord | null> {
    const known = this.peek(person) ?? (await this.confirmed(person));
    if (known !== undefined && !isOutdated(known)) return known;
    const account = await this.readOnce(person);
    // A read that others had begun may be as old.
    return isOutdated(account) ? this.read(keyOf(person), person) : account;
  }

  private readOnce(person: UserKey): Promise<UserRecord | null> {
    const key = keyOf(person);
    const running = this.flights.get(key);
    if (running !== undefined) return running;
    const flight = this.read(key, person).finally(() => {
      if (this.flights.get(key) === flight) this.flights.delete(key);
    });
    this.flights.set(key, flight);
    return flight;
  }

  /** Somebody known of old, after a pause: one look at what has changed serves everybody, a read only one. */
  private async confirmed(person: UserKey): Promise<UserRecord | null | undefined> {
    if (person.tenantId === null || !this.known.has(keyOf(person))) return undefined;
    await settledWithin(PATIENCE_MS, this.watch.refresh());
    return this.peek(person);
  }

  private async read(key: string, person: UserKey): Promise<UserRecord | null> {
    const readAt = performance.now();
    const account = await this.accounts.findById(person);
    if (readAt > (this.changedAt.get(key) ?? -Infinity)) this.known.set(key, { account, readAt });
    return account;
  }
}
