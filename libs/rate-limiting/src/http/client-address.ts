import { isIP } from 'node:net';

/** The eight groups of an IPv6 address as numbers. Only for text that `isIP` takes for one. */
const groupsOf = (address: string): number[] => {
  // The last 32 bits may be written as an IPv4 address.
  const text = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a: string, b: string, c: string, d: string) =>
      [(Number(a) << 8) | Number(b), (Number(c) << 8) | Number(d)].map((n) => n.toString(16)).join(':'),
  );
  const [head = '', tail] = text.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  if (tail === undefined) return parse(head);
  const [before, after] = [parse(head), parse(tail)];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
};

const isMapped = (groups: number[]) =>
  groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;

/**
 * Whose window an address counts in: an IPv4 address by itself, also when it comes as `::ffff:192.0.2.1`; an IPv6
 * address with all others of its /64, since a single customer is given at least that many.
 */
export const addressGroup = (ip: string): string => {
  const address = ip.split('%', 1)[0]!;
  const version = isIP(address);
  if (version === 4) return address;
  if (version !== 6) return 'unknown';
  const groups = groupsOf(address);
  if (isMapped(groups)) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
};
