import { Injectable } from '@nestjs/common';
import { actorOf, AuditLog, RefusalAudit } from '@financeops/audit';
import type { UserPrincipal } from '../tokens/access-token.claims';

interface Attempt {
  /** `null`: in the platform's own log, as for super-admins. */
  tenantId: string | null;
  requestId: string;
}

/** Logins on record. The e-mail that was tried is not: it may be a slip of the keyboard, a password for instance. */
@Injectable()
export class LoginAudit {
  constructor(
    private readonly log: AuditLog,
    private readonly refusals: RefusalAudit,
  ) {}

  /** Rejects when it can't be stored: nobody is let in unrecorded. */
  async succeeded({ tenantId, requestId }: Attempt, person: UserPrincipal): Promise<void> {
    await this.log.record({
      tenantId,
      action: 'auth.login',
      outcome: 'allowed',
      actor: actorOf(person),
      requestId,
    });
  }

  /** `person`: whose account was tried, if anybody's. */
  async failed({ tenantId, requestId }: Attempt, person: UserPrincipal | null): Promise<void> {
    await this.refusals.record({
      tenantId,
      action: 'auth.login-failed',
      outcome: 'denied',
      actor: actorOf(null),
      resource: person && { type: person.type, id: person.id, ownerId: person.id },
      requestId,
    });
  }
}
