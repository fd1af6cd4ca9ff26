import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Lower may not know higher: each scope names what it may stand on. */
const scopes = {
  core: ['core'],
  tenancy: ['core', 'tenancy'],
  'rate-limiting': ['core', 'tenancy', 'rate-limiting'],
  'data-access': ['core', 'tenancy', 'data-access'],
  usage: ['core', 'tenancy', 'data-access', 'usage'],
  gateways: ['core', 'tenancy', 'gateways'],
  idempotency: ['core', 'tenancy', 'data-access', 'idempotency'],
  audit: ['core', 'tenancy', 'data-access', 'audit'],
  platform: ['core', 'tenancy', 'data-access', 'audit', 'usage', 'platform'],
  auth: ['core', 'tenancy', 'data-access', 'audit', 'rate-limiting', 'auth'],
  payments: [
    'core',
    'tenancy',
    'data-access',
    'audit',
    'rate-limiting',
    'usage',
    'auth',
    'gateways',
    'idempotency',
    'payments',
  ],
  'bulk-payments': [
    ...['core', 'tenancy', 'data-access', 'audit', 'rate-limiting', 'usage', 'auth', 'gateways', 'payments'],
    ...['idempotency', 'bulk-payments'],
  ],
  administration: [
    'core',
    'tenancy',
    'data-access',
    'audit',
    'rate-limiting',
    'usage',
    'auth',
    'administration',
  ],
  app: [
    ...['core', 'tenancy', 'data-access', 'audit', 'rate-limiting', 'usage', 'auth', 'gateways', 'payments'],
    ...['bulk-payments', 'administration', 'idempotency', 'platform', 'app'],
  ],
  testing: ['core', 'tenancy', 'testing'],
  e2e: ['core', 'testing', 'e2e'],
  tools: ['tools'],
  bench: ['core', 'tenancy', 'rate-limiting', 'bench'],
};

const types = {
  core: ['core'],
  domain: ['domain', 'core'],
  platform: ['platform', 'domain', 'core'],
  feature: ['platform', 'domain', 'core', 'feature'],
  app: ['feature', 'platform', 'domain', 'core'],
  testing: ['platform', 'domain', 'core'],
  e2e: ['testing', 'core'],
  tool: ['tool'],
  bench: ['platform', 'domain', 'core', 'bench'],
};

const constraints = (extra = []) => [
  ...Object.entries(scopes).map(([scope, allowed]) => ({
    sourceTag: `scope:${scope}`,
    onlyDependOnLibsWithTags: [...allowed, ...extra].map((name) => `scope:${name}`),
  })),
  ...Object.entries(types).map(([type, allowed]) => ({
    sourceTag: `type:${type}`,
    onlyDependOnLibsWithTags: [...allowed, ...extra].map((name) => `type:${name}`),
  })),
];

const boundaries = (extra) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    banTransitiveDependencies: false,
    allow: [],
    depConstraints: constraints(extra),
  },
];

const banned = {
  paths: [
    { name: '@nestjs/config', message: 'Configuration is one zod schema: @financeops/core/config.' },
    {
      name: 'nestjs-pino',
      message: 'It brings connect middleware: use the logger of @financeops/core/observability.',
    },
  ],
};

/** The wire probe watches the application's client, and no other that somebody opens beside it. */
const secondClients = {
  selector:
    'CallExpression[callee.property.name=/^(createConnection|createClient|openUri|setClient)$/], NewExpression[callee.name="MongoClient"]',
  message:
    "A client of its own is one that the isolation's wire probe doesn't see. Use the application's connection: a TenantAwareRepository, or a schema that is declared shared.",
};

/** No request may lead to what only the platform's own jobs may do. */
const jobsBypasses = {
  selector:
    'ImportDeclaration[source.value="@financeops/data-access/isolation"] > ImportSpecifier[imported.name="JobBypass"]',
  message:
    'Reading across tenants is for super-admins, by @BypassTenantIsolation. A job of the platform does it in a file called *.job.ts.',
};

export default tseslint.config(
  { ignores: ['**/node_modules/', 'dist/', '.nx/', '.data/', 'reports/', 'coverage/'] },
  ...tseslint.configs.recommended,
  prettier,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-imports': ['error', banned],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // A constructor parameter's class is read at run time for injection: as a type import it would be lost.
    files: ['libs/**/*.ts', 'apps/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['libs/**/*.ts', 'apps/**/*.ts'],
    ignores: ['**/*spec.ts', 'libs/core/http/**', 'libs/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            ...banned.paths,
            {
              name: '@nestjs/common',
              importNames: [
                'HttpException',
                'BadRequestException',
                'NotFoundException',
                'ForbiddenException',
              ],
              message: 'Throw a DomainError: HTTP has one map, in core/errors.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['libs/**/*.ts', 'apps/**/*.ts'],
    ignores: [
      ...['**/*spec.ts', 'apps/api-e2e/**', 'libs/testing/**', '**/testing/**', '**/*.fixture.ts'],
      '**/proofs/**',
    ],
    rules: {
      'no-restricted-syntax': ['error', secondClients, jobsBypasses],
    },
  },
  {
    files: ['libs/**/*.job.ts'],
    rules: { 'no-restricted-syntax': ['error', secondClients] },
  },
  {
    files: ['**/*spec.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries(['testing']) },
  },
  {
    files: ['tools/**', 'apps/*/src/main.ts', 'apps/api/src/seed.ts', 'libs/testing/**'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
