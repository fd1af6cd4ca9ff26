import { table, tenths } from '../report/table';

interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
}

/** What `node --cpu-prof` writes. */
export interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[];
  samples: number[];
  /** Microseconds since the sample before. */
  timeDeltas: number[];
}

const TOP = 60;

const placeOf = ({ url, lineNumber }: CallFrame, root: string): string =>
  `${url
    .replace('file://', '')
    .replace(`${root}/`, '')
    .replace(/^.*node_modules\//, '')}:${lineNumber + 1}`;

export const packageOf = ({ url, functionName }: CallFrame): string => {
  if (url === '') return functionName.startsWith('(') ? functionName : 'V8 and C++';
  const packaged = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return (
    packaged ??
    (url.startsWith('node:') ? url.split('/')[0]! : (/dist\/((?:libs|apps)\/[^/]+)/.exec(url)?.[1] ?? url))
  );
};

const ranked = (times: Map<string, number>, total: number): string[][] =>
  [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP)
    .map(([name, time]) => [name, tenths((time / total) * 100)]);

export const nameOf = (frame: CallFrame, root: string): string =>
  `${frame.functionName || '(anonymous)'} ${placeOf(frame, root)}`;

/** The samples of the last `ms` milliseconds before the process became idle for good. `time`: microseconds. */
export const lastSamples = (
  { nodes, samples, timeDeltas }: CpuProfile,
  ms: number,
): { node: number; time: number }[] => {
  const idle = new Set(
    nodes
      .filter(({ callFrame }) => ['(idle)', '(program)'].includes(callFrame.functionName))
      .map(({ id }) => id),
  );
  let last = samples.length - 1;
  while (last > 0 && idle.has(samples[last]!)) last--;
  const found: { node: number; time: number }[] = [];
  for (let [at, total] = [last, 0]; at >= 0 && total < ms * 1_000; at--) {
    found.push({ node: samples[at]!, time: timeDeltas[at]! });
    total += timeDeltas[at]!;
  }
  return found;
};

/** Where they fell: by package and by function. */
export const summarize = (profile: CpuProfile, ms: number, root: string): string => {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const [functions, packages] = [new Map<string, number>(), new Map<string, number>()];
  let total = 0;
  for (const { node, time } of lastSamples(profile, ms)) {
    const frame = frames.get(node)!;
    total += time;
    const name = nameOf(frame, root);
    functions.set(name, (functions.get(name) ?? 0) + time);
    packages.set(packageOf(frame), (packages.get(packageOf(frame)) ?? 0) + time);
  }
  return [
    table(['package', '% of time'], ranked(packages, total)),
    table(['function', '% of time'], ranked(functions, total)),
  ].join('\n\n');
};
