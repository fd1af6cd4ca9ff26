import { mongo } from 'mongoose';
import { duplicateKeyFields, isMongoUnreachable } from './errors';

/** As the driver reports an error that ended a bulk write (insertMany, bulkWrite). */
const inBulk = (error: Error): Error =>
  new mongo.MongoBulkWriteError(error as never, { insertedCount: 0 } as never);

describe('MongoDB is unreachable', () => {
  const network = () => new mongo.MongoNetworkError('connection 5 to 127.0.0.1:27017 closed');
  const reset = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

  it.each([
    ['the connection closes', network],
    ['a socket is reset', reset],
  ])('when %s, in a single write and in a bulk write alike', (_, made) => {
    expect(isMongoUnreachable(made())).toBe(true);
    expect(isMongoUnreachable(inBulk(made()))).toBe(true);
  });

  it('not when a write is refused', () => {
    const duplicate = { message: 'E11000 duplicate key', code: 11000, writeErrors: [] };
    const refused = new mongo.MongoBulkWriteError(duplicate as never, { insertedCount: 0 } as never);
    expect(isMongoUnreachable(refused)).toBe(false);
    expect(duplicateKeyFields(refused)).toEqual([]);
    expect(isMongoUnreachable(new TypeError('undefined is not a function'))).toBe(false);
    expect(isMongoUnreachable(inBulk(new TypeError('undefined is not a function')))).toBe(false);
  });
});
