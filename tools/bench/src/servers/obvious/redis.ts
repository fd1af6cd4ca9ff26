import { Redis } from 'ioredis';
import { setting } from '../environment';

export const redis = new Redis(setting('REDIS_URL'));
