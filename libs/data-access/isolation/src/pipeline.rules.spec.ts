import { Types, type PipelineStage } from 'mongoose';
import fc from 'fast-check';
import { pipelineFault } from './bound-operation.rules';
import { IsolationViolationError, UnsupportedQueryError } from './isolation.errors';
import { PIPELINE_STAGES, type PipelineStageName } from './pipeline-stages';
import { protectPipeline, type CollectionKind, type PipelineScope } from './pipeline.rules';

const tenantId = new Types.ObjectId();
const foreign = new Types.ObjectId();
const own = { tenantId, deletedAt: null };
const bound = { $match: own };

const KINDS: Record<string, CollectionKind> = { payments: 'tenant', users: 'tenant', rates: 'shared' };
const kindOf = (name: string): CollectionKind => KINDS[name] ?? 'unknown';
const scope: PipelineScope = { tenantId, includeDeleted: false, kindOf };
const protect = (...stages: unknown[]) => protectPipeline(stages, scope);

/** What each stage that reads, or must come first, becomes. The compiler asks for one when a stage is added. */
type Rewritten = {
  [N in PipelineStageName as (typeof PIPELINE_STAGES)[N] extends 'rewritten' ? N : never]: [
    given: unknown,
    becomes: unknown[],
  ][];
};

const plain = { from: 'users', localField: 'a', foreignField: 'b', as: 'c' };
const graph = { from: 'users', startWith: '$a', connectFromField: 'a', connectToField: 'b', as: 'c' };
const near = { near: [0, 0], distanceField: 'd' };

const rewritten: Rewritten = {
  $lookup: [
    [plain, [bound, { $lookup: { ...plain, pipeline: [bound] } }]],
    [
      { from: 'users', let: { a: '$a' }, pipeline: [{ $limit: 1 }], as: 'c' },
      [bound, { $lookup: { from: 'users', let: { a: '$a' }, pipeline: [bound, { $limit: 1 }], as: 'c' } }],
    ],
    [
      { from: 'users', pipeline: [{ $lookup: plain }], as: 'c' },
      [
        bound,
        {
          $lookup: {
            from: 'users',
            pipeline: [bound, { $lookup: { ...plain, pipeline: [bound] } }],
            as: 'c',
          },
        },
      ],
    ],
    // Shared: as it was, but for what is read through it.
    [{ ...plain, from: 'rates' }, [bound, { $lookup: { ...plain, from: 'rates' } }]],
    [
      { from: 'rates', pipeline: [{ $unionWith: 'users' }], as: 'c' },
      [
        bound,
        {
          $lookup: {
            from: 'rates',
            pipeline: [{ $unionWith: { coll: 'users', pipeline: [bound] } }],
            as: 'c',
          },
        },
      ],
    ],
  ],
  $unionWith: [
    ['users', [bound, { $unionWith: { coll: 'users', pipeline: [bound] } }]],
    [
      { coll: 'users', pipeline: [{ $limit: 1 }] },
      [bound, { $unionWith: { coll: 'users', pipeline: [bound, { $limit: 1 }] } }],
    ],
    ['rates', [bound, { $unionWith: { coll: 'rates' } }]],
  ],
  $graphLookup: [
    [graph, [bound, { $graphLookup: { ...graph, restrictSearchWithMatch: own } }]],
    [
      { ...graph, restrictSearchWithMatch: { a: 1 } },
      [bound, { $graphLookup: { ...graph, restrictSearchWithMatch: { ...own, $and: [{ a: 1 }] } } }],
    ],
    [{ ...graph, from: 'rates' }, [bound, { $graphLookup: { ...graph, from: 'rates' } }]],
  ],
  $facet: [
    [
      { x: [{ $lookup: plain }], y: [{ $count: 'n' }] },
      [bound, { $facet: { x: [{ $lookup: { ...plain, pipeline: [bound] } }], y: [{ $count: 'n' }] } }],
    ],
  ],
  $geoNear: [
    [near, [{ $geoNear: { ...near, query: own } }, bound]],
    [{ ...near, query: { a: 1 } }, [{ $geoNear: { ...near, query: { ...own, $and: [{ a: 1 }] } } }, bound]],
  ],
  $search: [
    [
      { index: 'i', text: { query: 'q', path: 'p' } },
      [
        {
          $search: {
            index: 'i',
            compound: {
              must: [{ text: { query: 'q', path: 'p' } }],
              filter: [{ equals: { path: 'tenantId', value: tenantId } }],
            },
          },
        },
        bound,
      ],
    ],
  ],
  $vectorSearch: [
    [{ path: 'v' }, [{ $vectorSearch: { path: 'v', filter: { tenantId: { $eq: tenantId } } } }, bound]],
    [
      { path: 'v', filter: { a: 1 } },
      [
        { $vectorSearch: { path: 'v', filter: { $and: [{ tenantId: { $eq: tenantId } }, { a: 1 }] } } },
        bound,
      ],
    ],
  ],
};

const named = (kind: string) =>
  Object.entries(PIPELINE_STAGES)
    .filter(([, is]) => is === kind)
    .map(([name]) => name);

describe('protectPipeline', () => {
  it.each(Object.entries(rewritten).flatMap(([name, cases]) => cases.map((one) => [name, ...one] as const)))(
    '%s %j carries the tenant',
    (name, given, becomes) => {
      const result = protect({ [name]: given });
      expect(result).toEqual(becomes);
      expect(pipelineFault(result, { tenantId, kindOf })).toBeNull();
    },
  );

  it.each(named('stream'))('%s is left as it is, behind the tenant', (name) => {
    expect(protect({ [name]: 'x' })).toEqual([bound, { [name]: 'x' }]);
  });

  it.each(named('refused'))('%s is refused, in front and however deep', (name) => {
    const stage = { [name]: {} };
    expect(() => protect(stage)).toThrow(UnsupportedQueryError);
    expect(() => protect({ $facet: { x: [stage] } })).toThrow(UnsupportedQueryError);
    expect(() => protect({ $lookup: { from: 'users', pipeline: [stage], as: 'x' } })).toThrow(
      UnsupportedQueryError,
    );
    expect(() => protect({ $unionWith: { coll: 'rates', pipeline: [stage] } })).toThrow(
      UnsupportedQueryError,
    );
  });

  it('refuses a stage that nobody has classified, inherited names included', () => {
    for (const name of ['$new', '$_internalInhibitOptimization', 'constructor', 'toString']) {
      expect(() => protect({ [name]: {} })).toThrow(/is not classified/);
    }
  });

  it('refuses a collection that no schema describes', () => {
    for (const stage of [{ $lookup: { ...plain, from: 'secrets' } }, { $unionWith: 'secrets' }]) {
      expect(() => protect(stage)).toThrow(/"secrets", which no schema/);
    }
    expect(() => protect({ $graphLookup: { ...graph, from: 'secrets' } })).toThrow(/"secrets"/);
    expect(() => protect({ $lookup: { from: { db: 'x', coll: 'users' }, pipeline: [], as: 'x' } })).toThrow(
      /must name its collection/,
    );
    expect(() => protect({ $lookup: { pipeline: [{ $documents: [] }], as: 'x' } })).toThrow(
      UnsupportedQueryError,
    );
  });

  it('refuses what is no pipeline', () => {
    for (const stage of [
      null,
      'x',
      [],
      {},
      { $match: {}, $limit: 1 },
      { $lookup: 'users' },
      { $facet: { x: 1 } },
    ]) {
      expect(() => protect(stage)).toThrow(UnsupportedQueryError);
    }
  });

  it.each(['$function', '$accumulator', '$where'])('refuses %s anywhere', (name) => {
    expect(() => protect({ $project: { x: [{ y: { [name]: {} } }] } })).toThrow(/JavaScript/);
  });

  it('takes $search apart only when it is certain', () => {
    for (const spec of [{}, { text: {}, phrase: {} }, { facet: {} }]) {
      expect(() => protect({ $search: spec })).toThrow(UnsupportedQueryError);
    }
    expect(() => protect({ $vectorSearch: { filter: 'x' } })).toThrow(UnsupportedQueryError);
  });

  describe('a tenantId in a $match', () => {
    it.each([foreign, foreign.toHexString(), null, { $ne: null }, { $in: [tenantId, foreign] }])(
      '%j is refused',
      (value) => {
        const match = { $match: { $or: [{ $and: [{ tenantId: value }] }] } };
        expect(() => protect(match)).toThrow(IsolationViolationError);
        expect(() => protect({ $facet: { x: [match] } })).toThrow(IsolationViolationError);
        expect(() => protect({ $lookup: { from: 'users', pipeline: [match], as: 'x' } })).toThrow(
          IsolationViolationError,
        );
      },
    );

    it.each([tenantId, tenantId.toHexString(), { $eq: tenantId }])(
      'that is the own one (%j) passes',
      (value) => {
        expect(() => protect({ $match: { tenantId: value } })).not.toThrow();
      },
    );

    it('may be anything in a shared collection, which has its own meaning of it', () => {
      const match = { $match: { tenantId: foreign } };
      expect(() => protect({ $lookup: { from: 'rates', pipeline: [match], as: 'x' } })).not.toThrow();
    });
  });

  it('includes what was deleted when asked to, everywhere', () => {
    expect(protectPipeline([{ $unionWith: 'users' }], { ...scope, includeDeleted: true })).toEqual([
      { $match: { tenantId } },
      { $unionWith: { coll: 'users', pipeline: [{ $match: { tenantId } }] } },
    ]);
  });

  it('adds soft deletion alone under a bypass, and still refuses to write', () => {
    const crossing: PipelineScope = { ...scope, tenantId: null };
    expect(protectPipeline([{ $limit: 1 }], crossing)).toEqual([
      { $match: { deletedAt: null } },
      { $limit: 1 },
    ]);
    expect(() => protectPipeline([{ $merge: { into: 'users' } }], crossing)).toThrow(UnsupportedQueryError);
  });

  it('builds nothing, however nested, in which the checks behind it find a fault', () => {
    const from = fc.constantFrom('payments', 'users', 'rates');
    const { pipeline } = fc.letrec<{ stage: PipelineStage; pipeline: PipelineStage[] }>((tie) => ({
      stage: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<PipelineStage>({ $limit: 3 }, { $match: { a: 1 } }, { $sort: { a: 1 } }),
        from.map((name) => ({ $unionWith: name }) as PipelineStage),
        from.map((name) => ({ $lookup: { ...plain, from: name } }) as PipelineStage),
        from.map((name) => ({ $graphLookup: { ...graph, from: name } }) as PipelineStage),
        fc
          .tuple(from, tie('pipeline'))
          .map(([name, inner]) => ({ $lookup: { from: name, pipeline: inner, as: 'x' } }) as PipelineStage),
        fc
          .tuple(from, tie('pipeline'))
          .map(([name, inner]) => ({ $unionWith: { coll: name, pipeline: inner } }) as PipelineStage),
        tie('pipeline').map((inner) => ({ $facet: { x: inner } }) as PipelineStage),
      ),
      pipeline: fc.array(tie('stage'), { maxLength: 4 }),
    }));
    fc.assert(
      fc.property(pipeline, (stages) => {
        expect(pipelineFault(protectPipeline(stages, scope), { tenantId, kindOf })).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});
