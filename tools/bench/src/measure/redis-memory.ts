import type { Redis } from 'ioredis';

/** Bytes of data and its overhead: what clients' buffers take comes and goes and isn't counted. */
export const redisMemory = async (redis: Redis): Promise<number> => {
  const info = await redis.info('memory');
  const bytes = (field: string) => Number(new RegExp(`${field}:(\\d+)`).exec(info)?.[1] ?? NaN);
  return bytes('used_memory') - bytes('mem_clients_normal');
};
