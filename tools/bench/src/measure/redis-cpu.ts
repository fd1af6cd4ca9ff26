import type { Redis } from 'ioredis';

const seconds = (info: string, field: string): number =>
  Number(new RegExp(`${field}:([\\d.]+)`).exec(info)?.[1] ?? NaN);

/** Microseconds of CPU that Redis's main thread has used, user and system. */
export const redisCpu = async (redis: Redis): Promise<number> => {
  const info = await redis.info('cpu');
  return (seconds(info, 'used_cpu_user_main_thread') + seconds(info, 'used_cpu_sys_main_thread')) * 1e6;
};
