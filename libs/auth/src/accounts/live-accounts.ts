import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Account } from './account';
import { AccountStore, type PersonId } from './account.store';

/**
 * Milliseconds that what is known of a person may be old. A removed, demoted or re-passworded user's tokens have to end
 * within 1 s on every process: this bounds it without any message between processes.
 */
const MAX_AGE_MS = 500;
const MAX_PEOPLE = 50_000;

type Known = { account: Account | null };

/** The people behind the tokens in use, as they were at most half a second ago; one read at a time for each. */
@Injectable()
export class LiveAccounts {
  private readonly known: LRUCache<string, Known, PersonId>;

  constructor(accounts: AccountStore) {
    this.known = new LRUCache<string, Known, PersonId>({
      max: MAX_PEOPLE,
      ttl: MAX_AGE_MS,
      // Looked up at each call, as below, so that both read one clock (a set one, in tests).
      perf: { now: () => performance.now() },
      fetchMethod: async (_key, _stale, { context, options }) => {
        const begun = performance.now();
        const account = await accounts.findById(context);
        // The age counts from before the read: it may have seen the state of that moment.
        options.ttl = Math.max(1, MAX_AGE_MS - Math.ceil(performance.now() - begun));
        return { account };
      },
    });
  }

  async find(person: PersonId): Promise<Account | null> {
    const known = await this.known.forceFetch(`${person.tenantId ?? ''}:${person.id}`, { context: person });
    return known.account;
  }
}
