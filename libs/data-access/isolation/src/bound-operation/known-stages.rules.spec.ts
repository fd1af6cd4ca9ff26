import { isAsShown, KNOWN_STAGES, knowsStages, stageName } from './known-stages.rules';
import { PIPELINE_STAGES } from '../repository/pipeline-stages';

describe('What is judged by its specification', () => {
  class Builder {}
  it.each([
    '$match',
    '$geoNear',
    '$search',
    '$vectorSearch',
    '$facet',
    '$graphLookup',
    '$lookup',
    '$unionWith',
  ])('%s: is sent as what it shows, or not at all', (name) => {
    expect([{}, 'x'].map((spec) => isAsShown(name, spec))).toEqual([true, true]);
    const odd = [new Builder(), new Map(), [], 1, null, { toBSON: () => 'x' }];
    expect(odd.map((spec) => isAsShown(name, spec))).toEqual(odd.map(() => false));
  });

  it('is not every stage', () => {
    const specs = [new Map([['a', 1]]), ['a'], 5, 'a', { a: 1 }];
    expect(specs.map((spec) => isAsShown('$sort', spec))).toEqual(specs.map(() => true));
  });
});

describe('The stages that the nets behind the repository know', () => {
  it('are those that it lets through, written down a second time, and one that reads nothing', () => {
    const passed = Object.entries(PIPELINE_STAGES).filter(([, what]) => what !== 'refused');
    expect([...KNOWN_STAGES].sort()).toEqual(['$documents', ...passed.map(([name]) => name)].sort());
  });

  it.each([
    [{ $match: {} }, '$match'],
    [{ $out: 'x' }, undefined],
    [{ $match: {}, $limit: 1 }, undefined],
    [{}, undefined],
    [null, undefined],
    ['$match', undefined],
    [{ $match: {}, toBSON: () => ({}) }, undefined],
    [
      {
        get $match() {
          return {};
        },
      },
      undefined,
    ],
  ])('%j: %s', (stage, name) => {
    expect(stageName(stage)).toBe(name);
  });

  it('are looked for in whatever holds a pipeline', () => {
    const strange = [{ $changeStream: {} }];
    const known = [{ $limit: 1 }];
    for (const holder of [
      (pipeline: object[]) => ({ $facet: { a: known, b: pipeline } }),
      (pipeline: object[]) => ({ $lookup: { from: 'x', pipeline, as: 'y' } }),
      (pipeline: object[]) => ({ $unionWith: { coll: 'x', pipeline } }),
    ]) {
      expect(knowsStages([holder(known)])).toBe(true);
      expect(knowsStages([holder(strange)])).toBe(false);
      expect(knowsStages([holder([holder(strange)])])).toBe(false);
    }
    for (const odd of [
      undefined,
      null,
      {},
      [{ $facet: [] }],
      [{ $facet: { a: {} } }],
      [{ $lookup: { pipeline: {} } }],
      Object.assign([], { toBSON: () => [{ $out: 'x' }] }),
      [
        {
          $lookup: {
            get from() {
              return 'x';
            },
          },
        },
      ],
      [{ $lookup: new (class Lookup {})() }],
      [{ $unionWith: null }],
    ])
      expect(knowsStages(odd)).toBe(false);
    for (const plain of [
      [],
      [{ $lookup: { from: 'x' } }],
      [{ $unionWith: 'x' }],
      [{ $graphLookup: { from: 'x' } }],
      [{ $match: { pipeline: 'a field' } }],
    ])
      expect(knowsStages(plain)).toBe(true);
  });
});
