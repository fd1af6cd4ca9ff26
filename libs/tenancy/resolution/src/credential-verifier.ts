import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '@financeops/tenancy/context';

/** Port: tenancy needs to know who is calling, and auth, which stands above it, knows how to find out. */
export abstract class CredentialVerifier {
  /**
   * Verifies `Authorization: Bearer` and `X-API-Key`; `null` when neither was sent.
   * @throws UnauthenticatedError when one is sent and not valid, or both are and don't belong together.
   */
  abstract verify(request: { headers: IncomingHttpHeaders }): Promise<Principal | null>;

  /**
   * What `verify` would resolve to, if that can be told at once from what is known and still certain; `undefined` when it
   * can't. Most requests come with a credential that came before: they needn't wait.
   */
  abstract getCached(request: { headers: IncomingHttpHeaders }): Principal | undefined;
}
