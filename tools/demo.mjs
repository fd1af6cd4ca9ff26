/** `npm run demo [files]`: shows payment files at work on the service that `npm start` runs; see tools/demo. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';

await bootstrap((sentence) => console.log(`[demo] ${sentence}`));
const { demo } = createRequire(import.meta.url)(path.join(root, 'dist/tools/demo/src/demo.js'));
process.exitCode = await demo(process.argv.slice(2));
