/** After all tests: stops the databases that global-setup.ts started. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.testDatabases?.stop();
}
