import type { Redis } from 'ioredis';

/** Milliseconds between two beats. */
const BEAT_MS = 200;
/**
 * Beats that an answer may take. Beats and not milliseconds: a process that is too busy to read answers has few of them.
 * With what it takes to hang up, silence is found out within 1.2 s.
 */
const PATIENCE = 3;

/**
 * Asks the server of a connection that only listens whether it is still there, and connects anew when it isn't. A peer that
 * has fallen silent looks like one that has nothing to tell, but for this.
 */
export const withHeartbeat = (client: Redis): Redis => {
  /** Beats since the question that waits for its answer; `null`: none waits. */
  let waiting: number | null = null;
  let timer: NodeJS.Timeout | undefined;

  const beat = (): void => {
    if (waiting === null) {
      waiting = 0;
      const answered = () => (waiting = null);
      // When it is refused, the connection is gone and says so itself.
      client.ping().then(answered, answered);
    } else if (++waiting > PATIENCE) {
      waiting = null;
      client.disconnect(true);
    }
  };
  client.on('ready', () => {
    waiting = null;
    clearInterval(timer);
    timer = setInterval(beat, BEAT_MS).unref();
  });
  client.on('close', () => clearInterval(timer));
  return client;
};
