/**
 * Preloaded into every server that is measured (`--require`): tells its parent how much CPU it has used, and ends with it.
 */
process.on('message', (question) => {
  if (question === 'cpu') process.send?.(process.cpuUsage());
});
process.on('disconnect', () => process.exit());
