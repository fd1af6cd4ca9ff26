import type { Redis } from 'ioredis';
import type { Databases } from './environment/databases';
import type { Options } from './options';
import type { Goal } from './report/goals';

/** What a section measures with. */
export interface Workshop {
  databases: Databases;
  /** Past everything that is measured. */
  redis: Redis;
  options: Options;
  say(sentence: string): void;
}

export interface SectionReport {
  /** Markdown: what was done, in a sentence or two, and tables. */
  text: string;
  goals: Goal[];
}

export type Section = (workshop: Workshop) => Promise<SectionReport>;
