/** Operator routes: without tenant or rate limit, on any host. */
const EXACT = new Set(['/health/live', '/health/ready', '/metrics', '/openapi.json']);

export const isOperatorPath = (url: string): boolean => {
  // Called several times per request.
  if (url.startsWith('/v1/')) return false;
  const path = url.split('?', 1)[0] ?? '';
  return EXACT.has(path) || path === '/docs' || path.startsWith('/docs/');
};
