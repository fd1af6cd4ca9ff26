/**
 * Whether these arguments of jest surely select tests without I/O alone: then no database is started.
 * True for `--selectProjects unit`, and when every pattern names a `.spec.ts` file.
 */
export function onlyUnitTests(args: string[]): boolean {
  const at = args.indexOf('--selectProjects');
  if (at >= 0) {
    const selected: string[] = [];
    for (let i = at + 1; i < args.length && !args[i]?.startsWith('-'); i += 1)
      selected.push(args[i] as string);
    return selected.length === 1 && selected[0] === 'unit';
  }
  const patterns = args.filter((arg) => !arg.startsWith('-'));
  return patterns.length > 0 && patterns.every((pattern) => /[^/]\.spec\.ts$/.test(pattern));
}
