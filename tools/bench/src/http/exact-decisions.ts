/**
 * That all limits of the platform's process on `port` were decided by Redis.
 * @throws Error when some weren't: then something else was measured
 */
export const requireExactDecisions = async (port: number): Promise<void> => {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const others = metrics
    .split('\n')
    .filter((line) => line.startsWith('rate_limit_decisions_total') && !line.includes('by="redis"'))
    .filter((line) => !line.endsWith(' 0'));
  if (others.length > 0) throw new Error(`not everything was limited by Redis:\n${others.join('\n')}`);
};
