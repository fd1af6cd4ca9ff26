/** Runs `round` for 0, 1, ... `rounds` - 1, in `lanes` at a time; rounds of a lane come one after the other. */
export const inLanes = async (
  lanes: number,
  rounds: number,
  round: (lane: number, round: number) => Promise<void>,
): Promise<void> => {
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let i = lane; i < rounds; i += lanes) await round(lane, i);
    }),
  );
};
