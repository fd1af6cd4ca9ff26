import { mongo } from 'mongoose';
import { boundRetries } from './bounded-retries';
import { isContention } from './errors';

const conflict = (): mongo.MongoServerError => {
  const error = new mongo.MongoServerError({ message: 'write conflict', code: 112 });
  error.addErrorLabel(mongo.MongoErrorLabel.TransientTransactionError);
  return error;
};
const reasonOf = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => undefined,
    (reason: unknown) => reason,
  );

describe('Work of a transaction', () => {
  it('that conflicts is begun anew by the driver, which asks for the label', async () => {
    const error = conflict();
    expect(await reasonOf(boundRetries(() => Promise.reject(error)))).toBe(error);
  });

  it('that conflicts for too long is given up, and says so without the label', async () => {
    let now = 0;
    let attempts = 0;
    const attempt = boundRetries(
      () => {
        attempts++;
        return Promise.reject(conflict());
      },
      () => now,
    );
    await reasonOf(attempt);
    now = 10_000;
    await reasonOf(attempt);
    now = 10_001;
    const last = await reasonOf(attempt);
    expect(attempts).toBe(2);
    expect(last).not.toBeInstanceOf(mongo.MongoError);
    expect(isContention(last)).toBe(true);
  });

  it('whose commit conflicts for too long is given up too', async () => {
    let now = 0;
    const attempt = boundRetries(
      () => Promise.resolve('done'),
      () => now,
    );
    expect(await attempt()).toBe('done');
    now = 10_001;
    expect(isContention(await reasonOf(attempt))).toBe(true);
  });

  it('that takes long without a conflict is not given up', async () => {
    let now = 0;
    const attempt = boundRetries(
      () => Promise.resolve('done'),
      () => now,
    );
    now = 60_000;
    expect(await attempt()).toBe('done');
  });

  it('that is refused for another reason has not come into conflict', () => {
    expect(isContention(new mongo.MongoServerError({ message: 'duplicate key', code: 11000 }))).toBe(false);
    expect(isContention(new Error('Too much'))).toBe(false);
  });
});
