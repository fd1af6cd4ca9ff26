export interface ClusterNode {
  host: string;
  port: number;
}

/** `host:port` each; an IPv6 address stands in brackets. */
export const parseNodes = (addresses: readonly string[]): ClusterNode[] =>
  addresses.map((address) => {
    const colon = address.lastIndexOf(':');
    return {
      host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
      port: Number(address.slice(colon + 1)),
    };
  });
