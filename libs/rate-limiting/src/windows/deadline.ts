export class DeadlineError extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
    this.name = 'DeadlineError';
  }
}

/** `answer`, if it comes in time. @throws DeadlineError */
export const within = <T>(milliseconds: number, answer: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // When this process itself was late, the answer may lie in the socket: timers come before sockets are read, and
      // setImmediate after.
      setImmediate(() => reject(new DeadlineError(milliseconds)));
    }, milliseconds);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
