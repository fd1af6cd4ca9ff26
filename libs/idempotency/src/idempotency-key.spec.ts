import { readIdempotencyKey } from './idempotency-key';

const read = (...rawHeaders: string[]) => readIdempotencyKey({ rawHeaders });

describe('Idempotency-Key', () => {
  it('is read whatever its case, and is nobody else’s value', () => {
    expect(read('Host', 'a', 'IDEMPOTENCY-key', 'k 1')).toBe('k 1');
    expect(read('X-Other', 'idempotency-key', 'Accept', '*/*')).toBeNull();
    expect(read()).toBeNull();
  });

  it.each([
    [['idempotency-key', '']],
    [['idempotency-key', 'x'.repeat(256)]],
    [['idempotency-key', 'caf\u00e9']],
    [['idempotency-key', 'a\tb']],
    [['idempotency-key', 'a', 'Idempotency-Key', 'a']],
  ])('malformed or repeated is refused: %j', (headers) => {
    expect(() => read(...headers)).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });
});
