import { leakIn, likeness } from './verdict';

const own = { id: 'a'.repeat(24), marker: 'planted-own' };
const other = { id: 'b'.repeat(24), marker: 'planted-other' };
const tenants = [own, other];

const aReply = (body: unknown, headers = {}) => ({
  ...{ target: `/v1/payments/${other.marker}?x=1`, status: 200, headers },
  ...{ text: JSON.stringify(body), body },
});

describe('A reply', () => {
  it.each<[string, unknown, object]>([
    ["another's marker in its body", { data: [{ description: other.marker }] }, {}],
    ["another's marker in a header", {}, { location: `/v1/users/${other.marker}` }],
    ["another's tenantId, however deep", { data: [{ inner: { tenantId: other.id } }] }, {}],
  ])('with %s is a leak', (_, body, headers) => {
    expect(leakIn(aReply(body, headers), own, tenants)).toContain(other.id);
  });

  it('with the own marker is a leak only to those who are entitled to nothing', () => {
    const reply = aReply({ data: [{ description: own.marker, tenantId: own.id }] });
    expect(leakIn(reply, own, tenants)).toBeNull();
    expect(leakIn(reply, null, tenants)).toContain(own.id);
  });

  it('that repeats the path that was asked for is none', () => {
    const problem = { instance: `/v1/payments/${other.marker}`, detail: 'There is none.' };
    expect(leakIn(aReply(problem), own, tenants)).toBeNull();
  });

  it('is alike to another but for path and request id, and differs by anything else', () => {
    const [first, second] = [
      aReply({ requestId: '1', detail: 'no' }),
      aReply({ requestId: '2', detail: 'no' }),
    ];
    expect(likeness({ ...first, target: '/v1/a' })).toEqual(likeness({ ...second, target: '/v1/b' }));
    expect(likeness({ ...first, status: 403 })).not.toEqual(likeness(second));
    expect(likeness(aReply({ requestId: '1', detail: 'not yours' }))).not.toEqual(likeness(second));
  });
});
