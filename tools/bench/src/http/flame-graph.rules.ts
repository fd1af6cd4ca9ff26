import { lastSamples, nameOf, packageOf, type CpuProfile } from './profile.rules';

/** Calls of the same function from the same callers, together. */
interface Flame {
  name: string;
  /** Of its own, by which it is coloured. */
  owner: string;
  /** Microseconds, callees included. */
  time: number;
  callees: Map<string, Flame>;
}

const WIDTH = 1_400;
const ROW = 15;
/** Pixels; what is narrower can't be seen and only makes the file large. */
const NARROWEST = 1;
const PIXELS_A_LETTER = 6.2;

const grow = (profile: CpuProfile, ms: number, root: string): Flame => {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const callers = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((callee) => [callee, id])),
  );
  const all: Flame = { name: 'all', owner: '', time: 0, callees: new Map() };
  for (const { node, time } of lastSamples(profile, ms)) {
    const stack: number[] = [];
    for (let at: number | undefined = node; at !== undefined; at = callers.get(at)) stack.unshift(at);
    // The first is V8's own root.
    const called = stack.slice(1).map((id) => frames.get(id)!);
    if (called.at(-1)?.functionName === '(idle)') continue;
    let flame = all;
    flame.time += time;
    for (const frame of called) {
      const name = nameOf(frame, root);
      let callee = flame.callees.get(name);
      if (callee === undefined) {
        callee = { name, owner: packageOf(frame), time: 0, callees: new Map() };
        flame.callees.set(name, callee);
      }
      callee.time += time;
      flame = callee;
    }
  }
  return all;
};

/** Our own code stands out; what Node.js and V8 do is grey. */
const colourOf = ({ owner }: Flame): string => {
  if (/^(libs|apps)\//.test(owner)) return '#e4572e';
  if (owner === '' || owner === 'V8 and C++' || owner.startsWith('(') || owner.startsWith('node:'))
    return '#c9c9c9';
  return '#f3c969';
};

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * A flame graph of the last `ms` milliseconds under load, as SVG: callers below, callees above them, as wide as the share
 * of the time that was not idle. Pointing at one tells its name and share.
 */
export const flameGraph = (profile: CpuProfile, ms: number, root: string): string => {
  const all = grow(profile, ms, root);
  const boxes: { flame: Flame; x: number; depth: number; width: number }[] = [];
  const place = (flame: Flame, x: number, depth: number): void => {
    const width = (flame.time / all.time) * WIDTH;
    if (!(width >= NARROWEST)) return;
    boxes.push({ flame, x, depth, width });
    let next = x;
    for (const callee of [...flame.callees.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      place(callee, next, depth + 1);
      next += (callee.time / all.time) * WIDTH;
    }
  };
  place(all, 0, 0);
  const height = (Math.max(0, ...boxes.map(({ depth }) => depth)) + 1) * ROW;
  const drawn = boxes.map(({ flame, x, depth, width }) => {
    const y = height - (depth + 1) * ROW;
    const share = `${((flame.time / all.time) * 100).toFixed(1)} %`;
    const letters = Math.floor((width - 4) / PIXELS_A_LETTER);
    const text =
      letters < 3
        ? ''
        : `<text x="${(x + 2).toFixed(1)}" y="${y + 11}">${escape(flame.name.slice(0, letters))}</text>`;
    return (
      `<g><title>${escape(flame.name)}: ${share}</title><rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" ` +
      `height="${ROW - 1}" fill="${colourOf(flame)}"/>${text}</g>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10">\n` +
    `${drawn.join('\n')}\n</svg>\n`
  );
};
