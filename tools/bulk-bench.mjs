/** `npm run bench:bulk [-- <instructions>]`: a large pain.001 from upload to the last payment; see tools/demo. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

await bootstrap((sentence) => console.log(`[bench] ${sentence}`));
const { bulkBench } = createRequire(import.meta.url)(path.join(root, 'dist/tools/demo/src/bulk-bench.js'));
await bulkBench(Number(process.argv[2] ?? 100_000), path.join(root, 'tools/start.mjs'));
