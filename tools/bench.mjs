/** `npm run bench -- [sections] [--quick] [--write] [--profile]`: brings a bare clone up, then hands over to tools/bench. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

await bootstrap((sentence) => console.error(`[bench] ${sentence}`));
const { bench } = createRequire(import.meta.url)(path.join(root, 'dist/tools/bench/src/main.js'));
await bench(process.argv.slice(2));
