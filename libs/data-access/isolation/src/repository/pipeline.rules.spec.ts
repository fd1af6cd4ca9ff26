import { Types, type PipelineStage } from 'mongoose';
import fc from 'fast-check';
import { pipelineViolation } from '../bound-operation/bound-operation.rules';
import { IsolationViolationError, UnsupportedQueryError } from '../audit/isolation.errors';
import { PIPELINE_STAGES, type PipelineStageName } from './pipeline-stages';
import { protectPipeline, type PipelineScope } from './pipeline.rules';
import type { CollectionKind } from '../placement/collection-kinds';

// Always the same: the tests' names have it.
const tenantId = new Types.ObjectId('5a'.repeat(12));
const foreign = new Types.ObjectId('f'.repeat(24));
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
      expect(pipelineViolation(result, { tenantId, kindOf })).toBeNull();
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

  it.each([
    ...['$out', '$merge', '$changeStream', '$changeStreamSplitLargeEvent', '$collStats', '$currentOp'],
    ...['$documents', '$indexStats', '$listClusterCatalog', '$listLocalSessions', '$listSampledQueries'],
    ...['$listSearchIndexes', '$listSessions', '$planCacheStats', '$querySettings', '$queryStats'],
    ...['$rankFusion', '$score', '$scoreFusion', '$searchMeta', '$shardedDataDistribution'],
  ])('%s, which writes, or reads what is no tenant’s, is among the refused', (name) => {
    expect(() => protect({ [name]: {} })).toThrow(`the stage ${name} is refused`);
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

  it.each<[stage: unknown, because: RegExp]>([
    [null, /^a pipeline stage needs a plain object/],
    ['x', /^a pipeline stage needs a plain object/],
    [[], /^a pipeline stage needs a plain object/],
    [{}, /exactly one name/],
    [{ $match: {}, $limit: 1 }, /exactly one name/],
    [{ $match: { $or: { a: 1 } } }, /^\$or needs an array of stages/],
    [{ $lookup: 'users' }, /^\$lookup needs a plain object/],
    [{ $lookup: { from: 'users', pipeline: {} } }, /^\$lookup needs an array/],
    [{ $lookup: { from: 1 } }, /^\$lookup must name its collection/],
    [{ $unionWith: 1 }, /^\$unionWith needs a plain object/],
    [{ $unionWith: { coll: 'users', pipeline: {} } }, /^\$unionWith needs an array/],
    [{ $unionWith: {} }, /^\$unionWith must name its collection/],
    [{ $graphLookup: 'users' }, /^\$graphLookup needs a plain object/],
    [{ $graphLookup: {} }, /^\$graphLookup must name its collection/],
    [{ $facet: [] }, /^\$facet needs a plain object/],
    [{ $facet: { x: 1 } }, /^\$facet needs an array/],
    [{ $geoNear: 1 }, /^\$geoNear needs a plain object/],
    [{ $search: 1 }, /^\$search needs a plain object/],
    [{ $vectorSearch: 1 }, /^\$vectorSearch needs a plain object/],
  ])('refuses %j, which is no pipeline', (stage, because) => {
    expect(() => protect(stage)).toThrow(UnsupportedQueryError);
    expect(() => protect(stage)).toThrow(because);
  });

  it.each(['$function', '$accumulator', '$where'])('refuses %s anywhere', (name) => {
    expect(() => protect({ $project: { x: [{ y: { [name]: {} } }] } })).toThrow(/JavaScript/);
  });

  it('takes $search apart only when it is certain', () => {
    for (const spec of [{}, { index: 'i' }, { text: {}, phrase: {} }, { facet: {} }]) {
      expect(() => protect({ $search: spec })).toThrow(UnsupportedQueryError);
      expect(() => protect({ $search: spec })).toThrow(/exactly one operator/);
    }
    expect(() => protect({ $vectorSearch: { filter: 'x' } })).toThrow(UnsupportedQueryError);
    expect(() => protect({ $vectorSearch: { filter: 'x' } })).toThrow(/plain object as filter/);
  });

  it('leaves what stands beside the operator of a $search where it is', () => {
    const beside = {
      ...{
        index: 'i',
        highlight: { path: 'p' },
        concurrent: true,
        count: { type: 'total' },
        searchAfter: 'a',
      },
      ...{ searchBefore: 'b', scoreDetails: true, sort: { a: 1 }, returnStoredSource: true, tracking: {} },
    };
    expect(protect({ $search: { ...beside, text: { query: 'q' } } })[0]).toEqual({
      $search: {
        ...beside,
        compound: {
          must: [{ text: { query: 'q' } }],
          filter: [{ equals: { path: 'tenantId', value: tenantId } }],
        },
      },
    });
  });

  describe('a tenantId in a $match', () => {
    it.each([
      ...[foreign, foreign.toHexString(), null, { $ne: null }, { $in: [tenantId, foreign] }],
      ...[{ $eq: foreign }, { $ne: tenantId }, { $eq: tenantId, $ne: null }, [tenantId]],
    ])('%j is refused', (value) => {
      const match = { $match: { $or: [{ a: 1 }, { $nor: [{ $and: [{ tenantId: value }] }] }] } };
      expect(() => protect(match)).toThrow(IsolationViolationError);
      expect(() => protect(match)).toThrow(
        expect.objectContaining({ reason: expect.stringMatching(/^a \$match names tenantId/) as string }),
      );
      expect(() => protect({ $geoNear: { ...near, query: match.$match } })).toThrow(IsolationViolationError);
      expect(() => protect({ $graphLookup: { ...graph, restrictSearchWithMatch: match.$match } })).toThrow(
        IsolationViolationError,
      );
      expect(() => protect({ $facet: { x: [match] } })).toThrow(IsolationViolationError);
      expect(() => protect({ $lookup: { from: 'users', pipeline: [match], as: 'x' } })).toThrow(
        IsolationViolationError,
      );
    });

    it.each([tenantId, tenantId.toHexString(), { $eq: tenantId }])(
      'that is the own one (%j) passes',
      (value) => {
        expect(protect({ $match: { tenantId: value, a: 1 } })).toEqual([
          bound,
          { $match: { tenantId: value, a: 1 } },
        ]);
      },
    );

    it('is refused inside of the field too', () => {
      expect(() => protect({ $match: { 'tenantId.x': tenantId } })).toThrow(IsolationViolationError);
    });

    it('may be anything in a shared collection, which has its own meaning of it', () => {
      const match = { $match: { tenantId: foreign } };
      const through = { from: 'rates', pipeline: [match], as: 'x' };
      expect(protect({ $lookup: through })).toEqual([bound, { $lookup: through }]);
    });
  });

  it.each([{ $geoNear: near }, { $search: { text: {} } }, { $vectorSearch: { path: 'v' } }])(
    'leaves %j over a shared collection as it is',
    (stage) => {
      expect(protect({ $unionWith: { coll: 'rates', pipeline: [stage] } })).toEqual([
        bound,
        { $unionWith: { coll: 'rates', pipeline: [stage] } },
      ]);
    },
  );

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
    // A bypass may compare tenants by name.
    const living = { $match: { deletedAt: null } };
    const match = { $match: { tenantId: foreign } };
    expect(protectPipeline([match], crossing)).toEqual([living, match]);
    for (const search of [{ $search: { text: {} } }, { $vectorSearch: { path: 'v' } }]) {
      expect(protectPipeline([search], crossing)).toEqual([search, living]);
    }
  });

  it('builds nothing, however nested, in which the checks behind it find a violation', () => {
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
        expect(pipelineViolation(protectPipeline(stages, scope), { tenantId, kindOf })).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});
