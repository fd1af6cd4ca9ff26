/**
 * Every aggregation stage of MongoDB 8.2, and what the isolation does with it. A stage that isn't here is refused: a
 * new MongoDB can't open a way past the tenant unseen.
 * - stream: looks only at the documents that reach it
 * - match: a filter; checked for another tenant's id
 * - rewritten: reads a collection, or must come first; gets the tenant put inside
 * - refused: writes, reads the server's state, or reads what can't be bound to a tenant
 */
export const PIPELINE_STAGES = {
  $addFields: 'stream',
  $bucket: 'stream',
  $bucketAuto: 'stream',
  $count: 'stream',
  $densify: 'stream',
  $fill: 'stream',
  $group: 'stream',
  $limit: 'stream',
  $project: 'stream',
  $redact: 'stream',
  $replaceRoot: 'stream',
  $replaceWith: 'stream',
  $sample: 'stream',
  $set: 'stream',
  $setWindowFields: 'stream',
  $skip: 'stream',
  $sort: 'stream',
  $sortByCount: 'stream',
  $unset: 'stream',
  $unwind: 'stream',

  $match: 'match',

  $facet: 'rewritten',
  $geoNear: 'rewritten',
  $graphLookup: 'rewritten',
  $lookup: 'rewritten',
  $search: 'rewritten',
  $unionWith: 'rewritten',
  $vectorSearch: 'rewritten',

  $out: 'refused',
  $merge: 'refused',
  $changeStream: 'refused',
  $changeStreamSplitLargeEvent: 'refused',
  $collStats: 'refused',
  $currentOp: 'refused',
  $documents: 'refused',
  $indexStats: 'refused',
  $listClusterCatalog: 'refused',
  $listLocalSessions: 'refused',
  $listSampledQueries: 'refused',
  $listSearchIndexes: 'refused',
  $listSessions: 'refused',
  $planCacheStats: 'refused',
  $querySettings: 'refused',
  $queryStats: 'refused',
  $rankFusion: 'refused',
  $score: 'refused',
  $scoreFusion: 'refused',
  $searchMeta: 'refused',
  $shardedDataDistribution: 'refused',
} as const satisfies Record<string, 'stream' | 'match' | 'rewritten' | 'refused'>;

export type PipelineStageName = keyof typeof PIPELINE_STAGES;

export const isKnownStage = (name: string): name is PipelineStageName => Object.hasOwn(PIPELINE_STAGES, name);
