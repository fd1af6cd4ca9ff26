import type { IncomingMessage } from 'node:http';
import { parseHost } from './host.rules';
import { readNames } from './request-names';

const settings = {
  parseHost: (raw: string) => parseHost(raw, { baseDomain: 'financeops.com', neutralHosts: [] }),
  isTrustedProxy: (ip: string) => ip === '10.0.0.1',
};
const read = (headers: [string, string][], { target = '/v1/me', from = '1.2.3.4' } = {}) =>
  readNames(
    { rawHeaders: headers.flat(), socket: { remoteAddress: from } } as IncomingMessage,
    target,
    settings,
  );
const host: [string, string] = ['Host', 'financeops.com'];

describe('the names in a request', () => {
  it('reads an id or slug without regard to case', () => {
    expect(read([host, ['X-Tenant-ID', 'Bank-A']]).header).toEqual({ kind: 'slug', value: 'bank-a' });
    expect(read([host, ['x-tenant-id', 'AB'.repeat(12)]]).header).toEqual({
      kind: 'id',
      value: 'ab'.repeat(12),
    });
    expect(read([host]).header).toBeNull();
  });

  it.each([
    '',
    ' ',
    'a,b',
    'bank_a',
    '-bank',
    'bank-',
    '../etc',
    '{"$gt":""}',
    'a'.repeat(64),
    'bank a',
    '__proto__',
  ])('refuses the X-Tenant-ID %j: malformed is not absent', (value) => {
    expect(() => read([host, ['X-Tenant-ID', value]])).toThrow(/X-Tenant-ID must be/);
  });

  it('refuses a header sent twice, even with the same value', () => {
    for (const name of ['X-Tenant-ID', 'Host', 'Authorization', 'X-API-Key']) {
      expect(() =>
        read([
          [name, 'financeops.com'],
          [name.toLowerCase(), 'financeops.com'],
        ]),
      ).toThrow(/sent once/);
    }
  });

  it('believes X-Forwarded-Host from a trusted proxy alone', () => {
    const headers: [string, string][] = [host, ['X-Forwarded-Host', 'bank-b.financeops.com']];
    expect(read(headers).host).toEqual({ kind: 'neutral' });
    expect(read(headers, { from: '10.0.0.1' }).host).toEqual({ kind: 'subdomain', label: 'bank-b' });
    expect(() => read([host, ['X-Forwarded-Host', 'a.com, b.com']], { from: '10.0.0.1' })).toThrow(
      /malformed/,
    );
  });

  it('believes nobody whose address is gone', () => {
    const isTrustedProxy = jest.fn(() => false);
    const request = { rawHeaders: host, socket: {} } as unknown as IncomingMessage;
    expect(readNames(request, '/', { ...settings, isTrustedProxy }).host).toEqual({ kind: 'neutral' });
    expect(isTrustedProxy).toHaveBeenCalledWith('');
  });

  it('takes a request without a Host for one that names nobody by it', () => {
    const parseHost = () => {
      throw new Error('there is none to parse');
    };
    const request = { rawHeaders: [], socket: {} } as unknown as IncomingMessage;
    expect(readNames(request, '/', { ...settings, parseHost })).toEqual({
      header: null,
      host: { kind: 'neutral' },
    });
  });

  it('finds another’s name in the target’s authority alone', () => {
    for (const target of ['*', '?at=http://bank-b.financeops.com/', '/x?at=http://bank-b.financeops.com/']) {
      expect(read([host], { target }).host).toEqual({ kind: 'neutral' });
    }
  });

  it('refuses an absolute target that names another host', () => {
    expect(() => read([host], { target: 'http://bank-b.financeops.com/v1/me' })).toThrow(/different hosts/);
    expect(read([host], { target: 'http://FinanceOps.com/v1/me' }).host).toEqual({ kind: 'neutral' });
    for (const headers of [[], [['Host', 'a,b']]] as [string, string][][]) {
      expect(() => read(headers, { target: 'http://financeops.com/' })).toThrow(/different hosts/);
      expect(() => read(headers, { target: 'http://a,b/' })).toThrow(/different hosts/);
    }
  });
});
