import type { NewAuditEvent } from './audit-event';
import { RefusalBursts } from './refusal-bursts';

const refusal = (more: Partial<NewAuditEvent> = {}): NewAuditEvent => ({
  tenantId: 'a'.repeat(24),
  action: 'tenant.mismatch',
  outcome: 'denied',
  actor: { type: 'user', id: 'b'.repeat(24) },
  requestId: 'r',
  details: { header: 'bank-b' },
  ...more,
});

describe('A burst of refusals', () => {
  let summaries: NewAuditEvent[];
  let bursts: RefusalBursts;
  const admitted = (count: number, event: NewAuditEvent = refusal()): number =>
    Array.from({ length: count }, () => bursts.admits(event)).filter(Boolean).length;

  beforeEach(() => {
    jest.useFakeTimers();
    summaries = [];
    bursts = new RefusalBursts((event) => {
      summaries.push(event);
      return Promise.resolve();
    });
  });
  afterEach(() => jest.useRealTimers());

  it('of one principal and kind is ten events, and after a minute one with the count of the rest', () => {
    expect(admitted(2_000)).toBe(10);
    jest.advanceTimersByTime(59_999);
    expect(summaries).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(summaries).toEqual([refusal({ details: { header: 'bank-b', count: 1_990 } })]);
  });

  it('of up to ten leaves no summary, and the next minute begins anew', () => {
    expect(admitted(10)).toBe(10);
    jest.advanceTimersByTime(60_000);
    expect(summaries).toEqual([]);
    expect(admitted(12)).toBe(10);
  });

  it.each([
    ['another principal', { actor: { type: 'user', id: 'c'.repeat(24) } }],
    ['another kind', { action: 'isolation.violation' }],
    ['another log', { tenantId: null }],
  ] as [string, Partial<NewAuditEvent>][])('does not hide those of %s', (_, more) => {
    admitted(100);
    expect(bursts.admits(refusal(more))).toBe(true);
  });

  it('of anonymous callers is recorded each by each', () => {
    expect(admitted(100, refusal({ actor: { type: 'anonymous', id: null } }))).toBe(100);
  });

  it('is summarised at the end of the process', async () => {
    admitted(15);
    await bursts.closeAll();
    expect(summaries).toMatchObject([{ details: { count: 5 } }]);
  });
});
