import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../environment/paths';
import { LoadGenerator } from '../load/load-generator';
import { makeFixture } from '../platform/fixture';
import { platformPlan } from '../platform/plan';
import type { SectionReport, Workshop } from '../section';
import { flameGraph } from './flame-graph.rules';
import { summarize, type CpuProfile } from './profile.rules';
import { meRequests } from './requests';
import { ServerProcess } from './server-process';

const WARM_UP_MS = 10_000;
const MEASURED_MS = 10_000;

/** What `--write` replaces. */
const FLAME_GRAPH = path.join(ROOT, 'docs/flame-graph.svg');

/**
 * The API alone under load, with V8's sampling profiler on. The profile stays in reports/ for Chrome's or Speedscope's view,
 * a flame graph of it beside it.
 */
export const profileApi = async ({ databases, options, say }: Workshop): Promise<SectionReport> => {
  const folder = path.join(ROOT, 'reports/profiles', String(Date.now()));
  await mkdir(folder, { recursive: true });
  const fixture = await makeFixture(databases.mongodbUri, 1_000);
  const generator = new LoadGenerator();
  try {
    const plan = platformPlan(fixture, databases.redisUrl);
    const nodeArgs = [...(plan.nodeArgs ?? []), '--cpu-prof', `--cpu-prof-dir=${folder}`];
    const headers = { authorization: `Bearer ${fixture.tokens[0]}` };
    const server = await ServerProcess.start({ ...plan, nodeArgs }, { path: '/v1/me', headers });
    const requests = meRequests(fixture, false);
    const order = { port: server.port, connections: 50, requests, status: 200 };
    await generator.run({ ...order, ms: WARM_UP_MS });
    say('http: profiling');
    const { rate } = await generator.run({ ...order, ms: MEASURED_MS });
    await server.stop();
    const [file] = await readdir(folder);
    if (file === undefined) throw new Error('no profile was written');
    const profile = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as CpuProfile;
    const graph = flameGraph(profile, MEASURED_MS, ROOT);
    await writeFile(options.write ? FLAME_GRAPH : path.join(folder, 'flame-graph.svg'), graph);
    const text = summarize(profile, MEASURED_MS, ROOT);
    return { text: `${Math.round(rate)} requests/s while profiled\n\n${text}`, goals: [] };
  } finally {
    generator.stop();
    await fixture.close();
  }
};
