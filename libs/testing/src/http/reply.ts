import type { IncomingHttpHeaders } from 'node:http';

/** A reply as it came over the wire. `body`: its JSON (`undefined` when it isn't any). */
export interface Reply<T = unknown> {
  /** The request target that it answers. */
  target: string;
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: T;
}

export const parseBody = (contentType: string | undefined, text: string): unknown => {
  if (contentType === undefined || !/json/.test(contentType)) return undefined;
  return JSON.parse(text) as unknown;
};
