/** What the load generator is to do, in one slot. */
export interface LoadOrder {
  port: number;
  connections: number;
  ms: number;
  /** Whole requests as they go over the wire, sent in turn, each connection from another start. */
  requests: string[];
  /** Stands in the requests where each is to be unique: replaced by a number of the same length. */
  unique?: string;
  /** Milliseconds from a request of a connection to its next, if the reply is there by then; by default none. */
  everyMs?: number;
  /** The status that every reply must have. */
  status: number;
}

export interface LoadResult {
  /** Replies a second. */
  rate: number;
  replies: number;
  /** Milliseconds until the reply, at the median and the 99th percentile. */
  p50: number;
  p99: number;
}
