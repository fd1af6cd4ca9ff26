/**
 * What each public method of Mongoose and of the driver's collection can do to tenants' data:
 *
 * - scoped: reaches documents, through the guard, which lets it through only with the bound tenant
 * - refused: never lets anything through on a tenant's collection
 * - definitions: builds, lists or drops indexes and collections; the guard lets the boot alone do what it needs
 * - harmless: touches no document: builds a query, reads or changes an object in memory, listens to events
 * - beside: reaches the database past the model; the wire probe is what stops it on tenants’ collections, and what opens another
 *   client than the one it watches is refused by lint
 */
export const CLASSES = ['scoped', 'refused', 'definitions', 'harmless', 'beside'] as const;
export type Classified = Partial<Record<(typeof CLASSES)[number], string>>;

const EVENTS =
  'addListener emit eventNames getMaxListeners listenerCount listeners off on once prependListener prependOnceListener ' +
  'rawListeners removeAllListeners removeListener setMaxListeners';

export const MODEL: Classified = {
  scoped:
    'aggregate bulkSave bulkWrite countDocuments create deleteMany deleteOne distinct estimatedDocumentCount exists find ' +
    'findAndCount findById findByIdAndDelete findByIdAndUpdate findOne findOneAndDelete findOneAndReplace findOneAndUpdate ' +
    'insertMany insertOne populate replaceOne updateMany updateOne $where where',
  refused: 'useConnection watch',
  definitions:
    'cleanIndexes createCollection createIndexes createSearchIndex createSearchIndexes diffIndexes dropSearchIndex ensureIndexes ' +
    'init listIndexes listSearchIndexes syncIndexes updateSearchIndex',
  // `db` leads to the connection, `collection` to the guarded collection; a session is none of any tenant's.
  beside: 'db',
  harmless:
    `${EVENTS} $appliedHooks $appliedMethods $caught $init Query applyDefaults applyTimestamps applyVirtuals base ` +
    'buildBulkWriteOperations castObject clientEncryption collection compile discriminator discriminators events hooks ' +
    'hydrate inspect length model modelName name namespace prototype recompileSchema schema startSession translateAliases ' +
    'validate ~standard',
};

export const DOCUMENT: Classified = {
  scoped: '$save deleteOne populate replaceOne save updateOne',
  beside: 'db',
  harmless:
    '$addListener $assertPopulated $clearModifiedPaths $clone $collection $createModifiedPathsSnapshot $emit $get ' +
    '$getAllSubdocs $getChanges $getPopulatedDocs $ignore $inc $init $isDefault $isDeleted $isEmpty $isModified ' +
    '$isMongooseDocumentPrototype $isMongooseModelPrototype $isNew $isValid $listeners $locals $markValid $model $on $once ' +
    '$op $parent $populated $removeAllListeners $removeListener $restoreModifiedPathsSnapshot $session $set ' +
    '$setMaxListeners $timestamps $toObject $validate $where addListener collection depopulate directModifiedPaths ' +
    'discriminators emit equals errors get getChanges id increment init inspect invalidate isDirectModified ' +
    'isDirectSelected isInit isModified isNew isSelected listeners markModified model modifiedPaths on once overwrite ' +
    'ownerDocument parent populated removeAllListeners removeListener schema set setMaxListeners toBSON toJSON toObject ' +
    'toString unmarkModified validate validateSync',
};

export const QUERY: Classified = {
  // Sent by these; everything else builds.
  scoped: 'catch cursor exec explain finally then',
  harmless:
    '$where all allowDiskUse and batchSize box cast center centerSphere circle clone collation collection comment count ' +
    'countDocuments deleteMany deleteOne distinct elemMatch eq equals error estimatedDocumentCount exists find findAndCount ' +
    'findById findByIdAndDelete findByIdAndUpdate findOne findOneAndDelete findOneAndRemove findOneAndReplace ' +
    'findOneAndUpdate geometry get getFilter getOptions getPopulatedPaths getQuery getUpdate gt gte hint in intersects ' +
    'isPathSelectedInclusive j lean limit lt lte maxDistance maxTime maxTimeMS merge minDistance mod mongooseOptions ne near ' +
    'nearSphere nin nor op options or orFail polygon populate post pre projection r read readConcern regex replaceOne ' +
    'sanitizeProjection schemaLevelProjections select selected selectedExclusively selectedInclusively session set ' +
    'setOptions setQuery setReadPreference setTraceFunction setUpdate size skip slaveOk slice sort tailable toConstructor ' +
    'toString transform updateMany updateOne validate w wTimeout where within writeConcern wtimeout',
};

export const AGGREGATE: Classified = {
  scoped: 'catch cursor exec explain finally then',
  harmless:
    'addFields allowDiskUse append collation count densify facet fill graphLookup group hint limit lookup match model near ' +
    'option out pipeline pipelineForUnionWith project read readConcern redact replaceRoot sample search session skip sort ' +
    'sortByCount unionWith unwind',
};

export const CONNECTION: Classified = {
  beside:
    'aggregate bulkWrite collection createClient createCollection createCollections dropCollection dropDatabase getClient ' +
    'listCollections listDatabases openUri removeDb setClient syncIndexes useDb watch',
  harmless:
    `${EVENTS} asPromise authMechanismDoesNotRequirePassword close deleteModel destroy doClose error get host model ` +
    'modelNames onClose onOpen optionsProvideAuthenticationData pass plugin plugins port readyState set ' +
    'shouldAuthenticate startSession toString transaction user withSession',
};

/** Behind the guard, which knows these methods by itself and refuses any other. */
export const DRIVER: Classified = {
  scoped:
    'aggregate bulkWrite countDocuments deleteMany distinct find findOne findOneAndUpdate insertMany insertOne updateMany updateOne',
  definitions: 'createIndex createIndexes indexes listIndexes',
  refused:
    'count createSearchIndex createSearchIndexes deleteOne drop dropIndex dropIndexes dropSearchIndex estimatedDocumentCount ' +
    'findOneAndDelete findOneAndReplace indexExists indexInformation initializeOrderedBulkOp initializeUnorderedBulkOp ' +
    'isCapped listSearchIndexes options rename replaceOne updateSearchIndex watch',
  harmless:
    'bsonOptions collectionName dbName fullNamespace hint namespace readConcern readPreference timeoutMS writeConcern',
};
