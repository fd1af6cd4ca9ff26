export interface WithHeaders {
  headers: Record<string, string | string[] | undefined>;
}

/** The tenant that the request names; whether it may isn't asked. */
export const named = ({ headers }: WithHeaders): string => String(headers['x-tenant-id']);
