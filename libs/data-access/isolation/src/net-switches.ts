import type { RepositoryNet } from './repository/repository-net';

/** Nets that are off: the repository's has a stand-in in its place, the others let everything pass. */
export interface NetsOff {
  repository?: RepositoryNet;
  schema?: true;
  wire?: true;
}

let off: NetsOff = {};

export const netsOff = (): Readonly<NetsOff> => off;

/**
 * Switches nets off, for the tests that prove each net alone and for the benchmark that measures what they cost. Returns
 * what switches them on again.
 *
 * A function and no option of a module, and not exported by the library: no configuration can lead to it, and no app can
 * import it. And it asks for NODE_ENV `test` itself: a process that names no environment is taken for production.
 *
 * @throws Error in a process that is no test's
 */
export const switchNetsOff = (nets: NetsOff): (() => void) => {
  if (process.env['NODE_ENV'] !== 'test') {
    throw new Error('The nets of the tenant isolation can be switched off in tests alone.');
  }
  const before = off;
  off = nets;
  return () => {
    off = before;
  };
};
