import { createHash } from 'node:crypto';

/** `count` ids that look like ObjectIds, always the same ones, in no order of their own. */
export const tenantIds = (count: number): string[] =>
  Array.from({ length: count }, (_, at) =>
    createHash('md5').update(`tenant ${at}`).digest('hex').slice(0, 24),
  );
