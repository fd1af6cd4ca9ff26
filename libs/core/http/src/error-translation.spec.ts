import { mongo } from 'mongoose';
import { toDomainError } from './error-translation';

const serverError = (code: number): mongo.MongoServerError =>
  new mongo.MongoServerError({ message: 'no', code });

describe('An error of MongoDB', () => {
  it.each([
    ['a write conflict', serverError(112)],
    ['a lock that took too long', serverError(24)],
    ['an aborted transaction', serverError(251)],
    ['an unreachable server', new mongo.MongoNetworkError('gone')],
  ])('that is %s asks the client to come again', (_, error) => {
    const { code, retryAfter, message } = toDomainError(error);
    expect(code).toBe('unavailable');
    expect(retryAfter).toBeGreaterThan(0);
    expect(message).not.toContain(error.message);
  });

  it('that is our fault is internal, and says nothing of its cause', () => {
    expect(toDomainError(serverError(9))).toMatchObject({ code: 'internal', retryAfter: undefined });
  });
});
