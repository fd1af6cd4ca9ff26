import { onlyUnitTests } from './selection';
import { compile, startTestDatabases, type TestDatabases } from './test-databases';

declare global {
  var testDatabases: TestDatabases | undefined;
}

/**
 * Before all tests: compiles, and starts MongoDB and Redis for this run unless the environment names them.
 * Tests find them in TEST_MONGODB_URI and TEST_REDIS_URL, and use a database name of their own.
 */
export default async function globalSetup(): Promise<void> {
  if (onlyUnitTests(process.argv.slice(2))) return;
  compile();
  const mongodbUri = process.env['TEST_MONGODB_URI'] || process.env['MONGODB_URI'];
  const redisUrl = process.env['TEST_REDIS_URL'] || process.env['REDIS_URL'];
  if (!mongodbUri || !redisUrl) globalThis.testDatabases = await startTestDatabases();
  process.env['TEST_MONGODB_URI'] = mongodbUri || globalThis.testDatabases?.mongodbUri;
  process.env['TEST_REDIS_URL'] = redisUrl || globalThis.testDatabases?.redisUrl;
}
