import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { HTTP_STATUS, TITLE, type ErrorCode } from '@financeops/core/errors';

const exampleOf = (code: ErrorCode) => ({
  summary: TITLE[code],
  value: {
    type: `urn:problem:${code}`,
    title: TITLE[code],
    status: HTTP_STATUS[code],
    detail: TITLE[code],
    instance: '/v1/payments',
    code,
    requestId: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
  },
});

/** Documents the problems (RFC 9457) that a route answers, grouped by status. */
export const ApiProblems = (...codes: ErrorCode[]): MethodDecorator & ClassDecorator => {
  const statuses = [...new Set(codes.map((code) => HTTP_STATUS[code]))];
  return applyDecorators(
    ...statuses.map((status) => {
      const ofStatus = codes.filter((code) => HTTP_STATUS[code] === status);
      return ApiResponse({
        status,
        description: ofStatus.map((code) => `\`${code}\`: ${TITLE[code]}`).join('; '),
        content: {
          'application/problem+json': {
            schema: {
              type: 'object',
              required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
              properties: {
                type: { type: 'string' },
                title: { type: 'string' },
                status: { type: 'integer' },
                detail: { type: 'string' },
                instance: { type: 'string' },
                code: { type: 'string', enum: ofStatus },
                requestId: { type: 'string' },
                retryAfter: { type: 'integer' },
                errors: {
                  type: 'array',
                  items: {
                    type: 'object',
                    required: ['message'],
                    properties: {
                      message: { type: 'string' },
                      pointer: { type: 'string' },
                      parameter: { type: 'string' },
                      line: { type: 'integer', minimum: 1 },
                    },
                  },
                },
                errorCount: { type: 'integer' },
              },
            },
            examples: Object.fromEntries(ofStatus.map((code) => [code, exampleOf(code)])),
          },
        },
      });
    }),
  );
};
