import { isIP } from 'node:net';
import { hostName } from '@financeops/tenancy/resolution';

export const MAX_DOMAINS = 50;
const CHALLENGE_LABEL = '_financeops-challenge';

export interface DomainSettings {
  baseDomain: string;
  neutralHosts: readonly string[];
}

/** Where the owner puts the TXT record. */
export const challengeName = (domain: string): string => `${CHALLENGE_LABEL}.${domain}`;

/** What keeps `text` from being a custom domain, or the domain itself in its one spelling. */
export const parseDomain = (
  text: string,
  { baseDomain, neutralHosts }: DomainSettings,
): { domain: string } | { fault: string } => {
  const domain = hostName(text);
  if (domain === null || text.includes(':') || domain.includes('_')) {
    return {
      fault: 'must be a host name alone: no scheme, port or path; write international names in punycode',
    };
  }
  if (isIP(domain) !== 0 || /^\d+$/.test(domain.split('.').at(-1)!))
    return { fault: 'must be a name, not an address' };
  if (!domain.includes('.')) return { fault: 'must have at least two labels' };
  if (domain === baseDomain || domain.endsWith(`.${baseDomain}`)) {
    return { fault: `must not lie under ${baseDomain}: your own host there needs no proof` };
  }
  if (neutralHosts.includes(domain)) return { fault: 'is a host of the platform itself' };
  // Resolution drops a leading www, so a domain with one would never match.
  if (domain.startsWith('www.')) return { fault: 'leave the leading www. out: both spellings will work' };
  return { domain };
};
