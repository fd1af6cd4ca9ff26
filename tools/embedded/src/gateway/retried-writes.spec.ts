import { RetriedWrites } from './retried-writes';

describe('a write that is sent again under its number', () => {
  it('gets the first answer, also while that is being made', async () => {
    const writes = new RetriedWrites();
    const write = jest.fn(() => Promise.resolve({ n: 1 }));
    const answers = [writes.run('s', '1', write), writes.run('s', '1', write)];
    expect(await Promise.all(answers)).toEqual([{ n: 1 }, { n: 1 }]);
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('runs again after a failure, under the next number, and in another session', async () => {
    const writes = new RetriedWrites();
    await expect(writes.run('s', '1', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    const write = jest.fn(() => Promise.resolve({ n: 1 }));
    await writes.run('s', '1', write);
    await writes.run('s', '2', write);
    await writes.run('t', '2', write);
    expect(write).toHaveBeenCalledTimes(3);
  });

  it('is not remembered for ever', async () => {
    const writes = new RetriedWrites(2);
    const write = jest.fn(() => Promise.resolve({ n: 1 }));
    for (const session of ['a', 'b', 'c', 'a']) await writes.run(session, '1', write);
    expect(write).toHaveBeenCalledTimes(4);
  });
});
