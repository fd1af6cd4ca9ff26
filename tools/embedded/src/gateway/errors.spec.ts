import { DatabaseError } from 'pg';
import { codeOfState, nameOfCode, unpackState } from './error-codes';
import { CommandError, toCommandError } from './errors';

const failed = (state: string, message = 'failed'): DatabaseError =>
  Object.assign(new DatabaseError(message, 0, 'error'), { code: state });

describe('errors of the engine', () => {
  it.each([
    ['M001C', 11000, 'DuplicateKey'],
    ['23505', 11000, 'DuplicateKey'],
    ['40001', 112, 'WriteConflict'],
    ['57014', 50, 'MaxTimeMSExpired'],
    ['M0008', 26, 'NamespaceNotFound'],
    ['XX000', 1, 'InternalError'],
  ])('with state %s have the number %i', (state, code, name) => {
    expect(codeOfState(state)).toBe(code);
    expect(nameOfCode(code)).toBe(name);
  });

  it('are unpacked from the number that a write error carries', () => {
    const packed = [...'23505'].reduce((sum, char, i) => sum + ((char.charCodeAt(0) - 48) << (6 * i)), 0);
    expect(unpackState(packed)).toBe('23505');
  });

  it('outside a transaction carry no label', () => {
    expect(toCommandError(failed('40001'), false)).toMatchObject({ code: 112, labels: [] });
    expect(toCommandError(failed('55P03'), false)).toMatchObject({ code: 24, labels: [] });
  });

  it.each([
    ['40001', 'a stale snapshot'],
    ['55P03', 'a document somebody else is writing'],
    ['40P01', 'a deadlock'],
    ['M0000', 'Unable to create the specified collection'],
    ['M0000', 'Unable to create metadata database sentinel collection.'],
  ])('in a transaction let it run again: %s, %s', (state, message) => {
    expect(toCommandError(failed(state, message), true)).toMatchObject({
      code: 112,
      labels: ['TransientTransactionError'],
    });
  });

  it('in a transaction that would fail again carry no label', () => {
    expect(toCommandError(failed('M0001'), true)).toMatchObject({ code: 2, labels: [] });
  });

  it.each(['57P01', '57P03', '08006'])(
    'that mean a lost connection let the driver send the write again: %s',
    (state) => {
      expect(toCommandError(failed(state), false)).toMatchObject({
        code: 6,
        labels: ['RetryableWriteError'],
      });
      expect(toCommandError(failed(state), true)).toMatchObject({
        code: 6,
        labels: ['TransientTransactionError'],
      });
    },
  );

  it('are answered in the shape of MongoDB', () => {
    const error = new CommandError(11000, 'duplicate', ['Label'], { keyPattern: { a: 1 } });
    expect(error.toDocument()).toEqual({
      ok: 0,
      errmsg: 'duplicate',
      code: 11000,
      codeName: 'DuplicateKey',
      errorLabels: ['Label'],
      keyPattern: { a: 1 },
    });
  });
});
