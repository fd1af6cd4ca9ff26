/** `npm start`: brings a bare clone up, then hands over to tools/embedded/src/start.ts. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

await bootstrap((sentence) => console.log(`[start] ${sentence}`));
const { start } = createRequire(import.meta.url)(path.join(root, 'dist/tools/embedded/src/start.js'));
await start();
