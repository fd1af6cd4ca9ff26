import { DomainError } from '@financeops/core/errors';
import fc from 'fast-check';
import { parseJsonBody, requireUtf8 } from './json-body';
import { stringifyReply } from './json-reply';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error instanceof DomainError ? error.code : 'not a DomainError';
  }
};
const parse = (text: string) => parseJsonBody(Buffer.from(text));

describe('parseJsonBody', () => {
  it('gives what JSON.parse gives for any JSON without keys of Object.prototype', () => {
    const safeKey = fc.string().filter((key) => !(key in Object.prototype));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('map'),
      ),
      list: fc.array(tie('tree')),
      map: fc.dictionary(safeKey, tie('tree')),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = JSON.stringify(value);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['{"a":1', 'bad-request'],
    ['{"__proto__":{"admin":true}}', 'bad-request'],
    ['{"a":[{"__proto__":1}]}', 'bad-request'],
    ['{"constructor":1}', 'validation-failed'],
    ['{"a":{"toString":1}}', 'validation-failed'],
    ['{"hasOwnProperty":1}', 'validation-failed'],
    [`${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'bad-request'],
    ['{"a":1} x', 'bad-request'],
  ])('refuses %.40s', (text, code) => {
    expect(codeOf(() => parse(text))).toBe(code);
  });

  it('refuses bytes that are not UTF-8, takes a BOM, and an empty body is none', () => {
    expect(codeOf(() => parseJsonBody(Buffer.from([0x22, 0xff, 0x22])))).toBe('bad-request');
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
    expect(parse('')).toBeUndefined();
  });

  it('takes no other charset', () => {
    expect(codeOf(() => requireUtf8('application/json; charset=latin1'))).toBe('unsupported-media-type');
    expect(codeOf(() => requireUtf8('application/json; charset="UTF-8"'))).toBe('ok');
  });
});

describe('stringifyReply', () => {
  it('writes bigints as JSON integers of any size', () => {
    expect(stringifyReply({ amount: 9_007_199_254_740_993_000n, list: [-1n], text: '\u00001\u0000' })).toBe(
      '{"amount":9007199254740993000,"list":[-1],"text":"\\u00001\\u0000"}',
    );
  });
});
