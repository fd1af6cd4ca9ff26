/** `npm run --silent sample -- <lines> [MsgId]`: a pain.001.001.09 of that many instructions on standard output. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { bootstrap, root } from './bootstrap.mjs';

await bootstrap((sentence) => console.error(`[sample] ${sentence}`));
const { pain001 } = createRequire(import.meta.url)(path.join(root, 'dist/tools/demo/src/pain001.js'));
const [lines, messageId = `SAMPLE-${Date.now()}`] = process.argv.slice(2);
if (!/^[1-9]\d{0,7}$/.test(lines ?? '')) {
  console.error('say how many instructions: npm run --silent sample -- 1000 > payments.xml');
  process.exit(1);
}
await pipeline(pain001(Number(lines), messageId), process.stdout);
