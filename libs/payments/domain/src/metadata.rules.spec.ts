import fc from 'fast-check';
import { metadataFaults } from './metadata.rules';

const pointers = (metadata: Record<string, unknown>) =>
  metadataFaults(metadata).map((fault) => fault.pointer);

describe('metadata', () => {
  it.each([
    [{ order: '1', 'a b': '', ключ: 'значение' }],
    [{ ['k'.repeat(40)]: 'v'.repeat(500) }],
    [{ emoji: '😀'.repeat(500) }],
    [Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']))],
    [{}],
  ])('takes %j', (metadata) => expect(metadataFaults(metadata)).toEqual([]));

  it.each<[Record<string, unknown>, string]>([
    [{ foo: 1 }, '/metadata/foo'],
    [{ foo: null }, '/metadata/foo'],
    [{ foo: { $gt: '' } }, '/metadata/foo'],
    [{ foo: ['a'] }, '/metadata/foo'],
    [{ foo: 'v'.repeat(501) }, '/metadata/foo'],
    [{ foo: '\ud800' }, '/metadata/foo'],
    [{ $where: 'x' }, '/metadata/$where'],
    [{ 'a.b': 'x' }, '/metadata/a.b'],
    [{ 'a/b~c': 1 }, '/metadata/a~1b~0c'],
    [{ ['k'.repeat(41)]: 'x' }, `/metadata/${'k'.repeat(41)}`],
    [{ '': 'x' }, '/metadata/'],
    [{ 'a\0': 'x' }, '/metadata/a\0'],
    [{ constructor: 'x' }, '/metadata/constructor'],
    [{ toString: 'x' }, '/metadata/toString'],
    [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])), '/metadata'],
  ])('refuses %j', (metadata, pointer) => expect(pointers(metadata)).toEqual([pointer]));

  it('lets nothing through that MongoDB or a path could read as more than a key', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything(), { maxKeys: 5 }), (metadata) => {
        fc.pre(metadataFaults(metadata).length === 0);
        for (const [key, value] of Object.entries(metadata)) {
          expect(key).not.toMatch(/^\$|\.|\0/);
          expect(typeof value).toBe('string');
        }
      }),
    );
  });
});
