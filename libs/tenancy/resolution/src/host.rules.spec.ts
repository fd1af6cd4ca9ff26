import fc from 'fast-check';
import { HostClaims } from './host-claims';
import { hostName, parseHost } from './host.rules';

const settings = { baseDomain: 'financeops.com', neutralHosts: ['internal.lb.example', 'www.lb.example'] };
const parse = (host: string) => parseHost(host, settings);

describe('what a host says about the tenant', () => {
  it.each([
    ['bank1.financeops.com', 'bank1'],
    ['BANK1.FinanceOps.COM', 'bank1'],
    ['bank1.financeops.com:8443', 'bank1'],
    ['bank1.financeops.com:65535', 'bank1'],
    ['bank1.financeops.com:', 'bank1'],
    ['bank1.financeops.com.', 'bank1'],
    ['bank1.financeops.com.:443', 'bank1'],
    ['www.bank1.financeops.com', 'bank1'],
    ['api.bank1.financeops.com', 'bank1'],
    ['a.b.c.bank1.financeops.com', 'bank1'],
  ])('%s names the label next to the base domain', (host, label) => {
    expect(parse(host)).toEqual({ kind: 'subdomain', label });
  });

  it.each([
    ...[
      'financeops.com',
      'www.financeops.com',
      'FINANCEOPS.COM:3000',
      'localhost',
      'localhost:3000',
      'intranet',
    ],
    ...['127.0.0.1', '127.0.0.1:3000', '[::1]', '[::1]:3000', '[2001:db8::1]:80', 'internal.lb.example'],
    ...['[::ffff:127.0.0.1]', '[::1]:', 'www.internal.lb.example', 'www.lb.example', 'WWW.LB.example:80'],
    ...['api.financeops.com', 'admin.financeops.com', 'bank1.api.financeops.com', 'www.api.financeops.com'],
  ])('%s claims nothing', (host) => {
    expect(parse(host)).toEqual({ kind: 'neutral' });
  });

  it.each([
    ['evilfinanceops.com', 'evilfinanceops.com'],
    ['bank1.financeops.com.evil.org', 'bank1.financeops.com.evil.org'],
    ['www.pay.bank.example', 'pay.bank.example'],
    ['Pay.Bank.Example:443', 'pay.bank.example'],
    ['pay.www.bank.example', 'pay.www.bank.example'],
    ['lb.example', 'lb.example'],
    [
      `${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(61)}`,
      `${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(61)}`,
    ],
  ])('%s is a host of its own, not ours', (host, domain) => {
    expect(parse(host)).toEqual({ kind: 'domain', domain });
  });

  it.each([
    ...[
      '',
      ' ',
      'a b.com',
      'a..b',
      '.financeops.com',
      'bank1.financeops.com..',
      'host:port',
      'host:99999',
      'host:-1',
      'host:65536',
      'host:80a',
      'host:1e3',
      'host:80:80',
      'bank1.financeops.com:80:80',
      `${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(62)}`,
    ],
    ...[
      '[::1',
      '::1',
      '[::g]',
      '[127.0.0.1]',
      '[::1]x',
      'x[::1]',
      '[::1]:99999',
      '[::1]:80x',
      'user@bank1.financeops.com',
      'bank1.financeops.com/path',
      'a,b.com',
    ],
    ...[
      'bank1.financeops.com,evil.com',
      '-a.financeops.com',
      `${'a'.repeat(64)}.com`,
      'ba\u0000nk.com',
      'bänk.com',
    ],
  ])('%j is malformed, never "absent"', (host) => {
    expect(parse(host)).toEqual({ kind: 'malformed' });
  });

  it('is the same host in any of its spellings', () => {
    expect(hostName('[2001:DB8::A]:80')).toBe('[2001:db8::a]');
    expect(hostName('A.Example.:80')).toBe('a.example');
  });

  it('is worked out once for each host', () => {
    const claims = new HostClaims(settings);
    const claim = claims.parse('bank1.financeops.com');
    expect(claim).toEqual({ kind: 'subdomain', label: 'bank1' });
    expect(claims.parse('bank1.financeops.com')).toBe(claim);
    expect(claims.parse('bank2.financeops.com')).toEqual({ kind: 'subdomain', label: 'bank2' });
    const long = `${'a'.repeat(300)}.example`;
    expect([claims.parse(long), claims.parse(long)]).toEqual([{ kind: 'malformed' }, { kind: 'malformed' }]);
  });

  it('never throws and never finds a subdomain that is not on a label boundary', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const claim = parse(text);
        if (claim.kind === 'subdomain') expect(hostName(text)).toContain(`${claim.label}.financeops.com`);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{1,20}$/), (prefix) => {
        expect(parse(`${prefix}financeops.com`)).toEqual({
          kind: 'domain',
          domain: `${prefix}financeops.com`,
        });
      }),
    );
  });
});
