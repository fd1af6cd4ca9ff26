import type { ApiOperationOptions } from '@nestjs/swagger';

const file = { type: 'string', format: 'binary' } as const;

/** The documented body of an upload: one media type for each format, with an example that can be sent. */
export const UPLOAD_BODY: ApiOperationOptions['requestBody'] = {
  required: true,
  content: {
    'text/csv': {
      schema: file,
      example:
        'reference,amount,currency,method,creditorName\n' +
        'salary-0001,1250.00,EUR,bank_transfer,Ada Lovelace\n' +
        'salary-0002,980.50,EUR,bank_transfer,Alan Turing\n',
    },
    'application/x-ndjson': {
      schema: file,
      example:
        '{"reference":"payout-0001","amount":1250,"currency":"EUR","method":"card"}\n' +
        '{"reference":"payout-0002","amount":980,"currency":"EUR","method":"wallet"}\n',
    },
    'application/xml': { schema: file },
    'text/xml': { schema: file },
  },
};
