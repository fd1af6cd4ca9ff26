export { AdmissionQueue } from './admission-queue';
export { KeyedQueue } from './keyed-queue';
export { afterCommit, currentSession, TransactionRunner } from './transaction';
export { MongoModule, type MongoSettings } from './mongo.module';
export { duplicateKeyFields, isContention, isMongoUnreachable } from './errors';
export { declareShared, sharedReason } from './shared-schema';
export { commandWatchOf, watchedCommands, type CommandCheck, type ReplyListener } from './watched-commands';
