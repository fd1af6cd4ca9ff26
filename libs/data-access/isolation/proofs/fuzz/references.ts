/** References that all tenants use: the same name must mean each one's own document. */
export const REFERENCES: readonly string[] = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'];
