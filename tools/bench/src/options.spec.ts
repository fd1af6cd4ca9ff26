import { parseOptions, SECTIONS } from './options';

describe('parseOptions', () => {
  it('measures everything by default', () => {
    expect(parseOptions([])).toEqual({ sections: SECTIONS, quick: false, write: false, profile: false });
  });

  it('takes sections in any order', () => {
    expect(parseOptions(['http', '--quick', 'limiter'])).toMatchObject({
      sections: ['limiter', 'http'],
      quick: true,
    });
  });

  it('says what it does not know', () => {
    expect(() => parseOptions(['htp'])).toThrow('htp is no section; there are: limiter');
    expect(() => parseOptions(['--fast'])).toThrow('--fast');
  });
});
