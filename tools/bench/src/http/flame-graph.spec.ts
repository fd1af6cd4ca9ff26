import { flameGraph } from './flame-graph.rules';
import type { CpuProfile } from './profile.rules';

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 9 });
const ROOT = '/project';

/** main calls ours for 60 us and a library for 30; the rest is idle. */
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 5] },
    { id: 2, callFrame: frame('main', 'file:///project/dist/apps/api/src/main.js'), children: [3, 4] },
    { id: 3, callFrame: frame('ours<T>', 'file:///project/dist/libs/usage/src/a.js') },
    { id: 4, callFrame: frame('theirs', 'file:///project/node_modules/@scope/lib/b.js') },
    { id: 5, callFrame: frame('(idle)') },
  ],
  samples: [5, 3, 4, 2, 5],
  timeDeltas: [500, 60_000, 30_000, 10_000, 700_000],
};

const boxes = (svg: string) =>
  [
    ...svg.matchAll(
      /<title>(.*?)<\/title><rect x="(.*?)" y="(.*?)" width="(.*?)" height="\d+" fill="(.*?)"/g,
    ),
  ].map(([, title, x, y, width, fill]) => ({
    title,
    x: Number(x),
    y: Number(y),
    width: Number(width),
    fill,
  }));

describe('a flame graph', () => {
  const svg = flameGraph(profile, 100, ROOT);

  it('is as wide as the time that was not idle, callees above their callers', () => {
    const [all, main, ours, theirs] = boxes(svg);
    expect(all).toMatchObject({ title: 'all: 100.0 %', width: 1_400 });
    expect(main).toMatchObject({ title: 'main dist/apps/api/src/main.js:10: 100.0 %', y: all!.y - 15 });
    expect(ours).toMatchObject({ x: 0, width: 840, y: main!.y - 15 });
    expect(theirs).toMatchObject({ title: 'theirs @scope/lib/b.js:10: 30.0 %', x: 840, width: 420 });
    expect(boxes(svg)).toHaveLength(4);
  });

  it('tells our code from libraries, and needs no escaping by its reader', () => {
    const [, main, ours, theirs] = boxes(svg);
    expect(main!.fill).toBe(ours!.fill);
    expect(theirs!.fill).not.toBe(ours!.fill);
    expect(ours!.title).toContain('ours&lt;T&gt;');
    expect(svg).not.toContain(ROOT);
  });
});
