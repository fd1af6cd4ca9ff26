import { mongo } from 'mongoose';
import { boundCommits } from './bounded-commit';
import { isMongoUnreachable } from './errors';

const LOST = mongo.MongoErrorLabel.UnknownTransactionCommitResult;

/** A session whose commits fail, on a clock of its own. */
const failingWith = (error: Error) => {
  const session = { commitTransaction: () => Promise.reject(error) };
  const clock = { now: 0 };
  boundCommits(session, () => clock.now);
  const failure = () =>
    session.commitTransaction().then(
      () => undefined,
      (reason: unknown) => reason as mongo.MongoError,
    );
  return { clock, failure };
};

describe('A commit', () => {
  it('that fails with a bare socket error is repeated by the driver, which asks errors for their labels', async () => {
    const { failure } = failingWith(Object.assign(new Error('write ECONNRESET'), { code: 'ECONNRESET' }));
    expect((await failure())?.hasErrorLabel(LOST)).toBe(true);
  });

  it("that fails with an error of the driver's leaves the decision to the driver", async () => {
    const conflict = new mongo.MongoServerError({ message: 'write conflict', code: 112 });
    expect(await failingWith(conflict).failure()).toBe(conflict);
  });

  it('is given up after a while: MongoDB is not to be reached', async () => {
    const error = new mongo.MongoNetworkError('gone');
    error.addErrorLabel(LOST);
    const { clock, failure } = failingWith(error);
    expect(await failure()).toBe(error);
    clock.now = 2_001;
    const last = await failure();
    expect(last?.hasErrorLabel(LOST)).toBe(false);
    expect(isMongoUnreachable(last)).toBe(true);
  });

  it('that succeeds is none of this', async () => {
    const session = { commitTransaction: () => Promise.resolve() };
    boundCommits(session);
    await expect(session.commitTransaction()).resolves.toBeUndefined();
  });
});
