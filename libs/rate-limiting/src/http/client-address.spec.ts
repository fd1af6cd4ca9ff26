import fc from 'fast-check';
import { addressGroup } from './client-address';

describe('addressGroup', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
    ['', 'unknown'],
    ['no address', 'unknown'],
  ])('%s counts as %s', (ip, group) => {
    expect(addressGroup(ip)).toBe(group);
  });

  it('puts any two addresses of a /64 together and of different ones apart', () => {
    const half = fc.tuple(
      ...Array.from({ length: 4 }, () => fc.integer({ min: 1, max: 0xffff }).map((n) => n.toString(16))),
    );
    fc.assert(
      fc.property(half, half, half, half, (net, host, otherHost, otherNet) => {
        const at = (network: string[], rest: string[]) => addressGroup([...network, ...rest].join(':'));
        expect(at(net, host)).toBe(at(net, otherHost));
        if (net.join() !== otherNet.join()) expect(at(net, host)).not.toBe(at(otherNet, host));
      }),
    );
  });
});
