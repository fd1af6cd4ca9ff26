import { Presets, SingleBar } from 'cli-progress';

/** A progress bar on standard error; none where that is not a terminal. */
export const progressBar = (total: number): { advance(): void; stop(): void } => {
  const bar = new SingleBar(
    {
      stream: process.stderr,
      noTTYOutput: false,
      clearOnComplete: true,
      format: '{bar} {value}/{total} {duration_formatted}',
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { advance: () => bar.increment(), stop: () => bar.stop() };
};
