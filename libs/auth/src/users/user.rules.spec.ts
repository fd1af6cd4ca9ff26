import { lastAdminRefusal, seatRefusal } from './user.rules';

describe('One user more', () => {
  it.each([
    [0, 10, true],
    [9, 10, true],
    [10, 10, false],
    [40, 10, false],
    [0, 0, false],
    [1_000_000, null, true],
  ] as const)('with %s users of %s: allowed %s', (taken, maxUsers, allowed) => {
    const refusal = seatRefusal(taken, maxUsers);
    if (allowed) expect(refusal).toBeNull();
    else expect(refusal).toMatchObject({ code: 'user-limit-reached' });
  });
});

describe('The last ADMIN', () => {
  it.each([
    ['ADMIN', 'VIEWER', 0, false],
    ['ADMIN', null, 0, false],
    ['ADMIN', 'ADMIN', 0, true],
    ['ADMIN', 'VIEWER', 1, true],
    ['ADMIN', null, 1, true],
    ['VIEWER', null, 0, true],
    ['VIEWER', 'ADMIN', 0, true],
  ] as const)('%s to %s beside %s others: allowed %s', (from, to, others, allowed) => {
    const refusal = lastAdminRefusal({ from, to }, others);
    if (allowed) expect(refusal).toBeNull();
    else expect(refusal).toMatchObject({ code: 'invalid-state' });
  });
});
