import { HTTP_STATUS, type ErrorCode, type FieldError } from '@financeops/core/errors';
import type { Problem } from '@financeops/core/http';
import type { Reply } from '@financeops/testing';

export type { Problem };

interface Expected {
  /** JSON pointers of `errors`, no more and no fewer (each may have several messages). */
  pointers?: string[];
  /** Query parameters that `errors` names. */
  parameters?: string[];
  /** The first request, when the refusal is a replay. */
  requestId?: string;
}

const MEMBERS = ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'];
/** Words of stacks, drivers and libraries: nobody outside is told what the platform is made of. */
const INSIDES =
  /\n\s+at |node_modules|\.[jt]s:\d|mongo|redis|E11000|ECONN|BSON|mongoose|class-validator|fastify|FST_|ObjectId\b|undefined|\[object/i;

const sorted = (names: (string | undefined)[]) =>
  [...new Set(names.filter((name) => name !== undefined))].sort();

/** Checks all that the contract says of any error, and that it is this one. Returns the problem. */
export const expectProblem = (reply: Reply, code: ErrorCode, expected: Expected = {}): Problem => {
  const { status, headers, text, target } = reply;
  // One comparison, so that a failure shows what came instead.
  expect({ status, text: status === HTTP_STATUS[code] ? '' : text }).toEqual({
    status: HTTP_STATUS[code],
    text: '',
  });
  expect(headers['content-type']).toMatch(/^application\/problem\+json\b/);
  const problem = reply.body as Problem;
  expect(problem).toMatchObject({
    code,
    status: HTTP_STATUS[code],
    type: `urn:problem:${code}`,
    instance: target.split('?', 1)[0],
    requestId: expected.requestId ?? headers['x-request-id'],
  });
  for (const member of MEMBERS) expect(problem).toHaveProperty(member);
  for (const member of [problem.title, problem.detail, problem.requestId]) expect(member).toMatch(/\S/);
  expect(sorted(Object.keys(problem))).toEqual(
    sorted([
      ...MEMBERS,
      problem.errors && 'errors',
      problem.errorCount === undefined ? undefined : 'errorCount',
      HTTP_STATUS[code] === 429 ? 'retryAfter' : undefined,
    ]),
  );
  expect(`${problem.title} ${problem.detail} ${JSON.stringify(problem.errors ?? [])}`).not.toMatch(INSIDES);
  if (code === 'validation-failed') expectLocated(problem.errors, expected);
  if (HTTP_STATUS[code] === 401) expect(headers['www-authenticate']).toBe('Bearer');
  if ([429, 503].includes(status)) expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
  if (status === 429) expect(problem.retryAfter).toBe(Number(headers['retry-after']));
  return problem;
};

const expectLocated = (errors: FieldError[] | undefined, { pointers, parameters }: Expected): void => {
  expect(errors).not.toHaveLength(0);
  for (const error of errors ?? []) {
    expect(error.message).toMatch(/\S/);
    // A file's errors tell the line, and the place in it.
    const places = [error.line ?? error.pointer, error.parameter];
    expect(places.filter((place) => place !== undefined)).toHaveLength(1);
  }
  if (pointers !== undefined) {
    expect(sorted((errors ?? []).map(({ pointer }) => pointer))).toEqual(sorted(pointers));
  }
  if (parameters !== undefined) {
    expect(sorted((errors ?? []).map(({ parameter }) => parameter))).toEqual(sorted(parameters));
  }
};
