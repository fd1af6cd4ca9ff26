/**
 * `npm run isolation:report [-- --from-reports]`: prints what proves the tenant isolation and writes docs/isolation.md, from
 * the results of tests. Ends with status 1 when a proof is missing or failed; the page says which.
 */
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { bootstrap, root } from './bootstrap.mjs';

const { values } = parseArgs({ options: { 'from-reports': { type: 'boolean', default: false } } });
await bootstrap((sentence) => console.error(`[isolation] ${sentence}`));
const { isolationReport } = createRequire(import.meta.url)(
  path.join(root, 'dist/tools/isolation-report/src/main.js'),
);

const page = path.join(root, 'docs/isolation.md');
const { markdown, faults } = await isolationReport(root, { fromReports: values['from-reports'] });
const text = await format(markdown, { ...(await resolveConfig(page)), parser: 'markdown' });
await writeFile(page, text);
console.log(text);
for (const fault of faults) console.error(`[isolation] ${fault}`);
console.error(`[isolation] ${faults.length === 0 ? 'everything is proved' : `${faults.length} faults`}`);
process.exit(faults.length === 0 ? 0 : 1);
