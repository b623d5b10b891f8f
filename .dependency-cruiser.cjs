/** Who may import whom: docs/decisions/001-import-rules.md. Planted violations in tests/architecture prove that each rule bites. */
const only = (name, from, allowed, extra = {}) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: ['\\.test\\.ts$', ...(extra.except ?? [])] },
  to: { path: '^(app|sandbox|database|scripts|tests|bench)/', pathNot: allowed.map((path) => `^${path}`) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: 'node_modules' },
      to: { circular: true, viaOnly: { pathNot: 'node_modules' } },
    },
    only('core-imports-nothing-of-ours', '^app/core/', ['app/core/']),
    only('database-imports-nothing-of-ours', '^database/', ['database/']),
    only('db-imports-core-and-env', '^app/db/', ['app/db/', 'app/core/', 'app/env.server.ts']),
    only('shopify-imports-core-env-db', '^app/shopify/', ['app/shopify/', 'app/core/', 'app/env.server.ts', 'app/db/']),
    only('contract-imports-core', '^app/connectors/contract/', ['app/connectors/contract/', 'app/core/']),
    only('stockroom-imports-core-and-db', '^app/stockroom/', ['app/stockroom/', 'app/core/', 'app/db/']),
    {
      name: 'a-connector-imports-core-contract-and-itself',
      severity: 'error',
      from: {
        path: '^app/connectors/([^/]+)/',
        pathNot: ['\\.test\\.ts$', '^app/connectors/contract/', '^app/connectors/stockroom/', '/stand-in/', '/quirks/'],
      },
      to: {
        path: '^(app|sandbox|database|scripts|tests)/',
        pathNot: ['^app/core/', '^app/connectors/contract/', '^app/connectors/$1/'],
      },
    },
    only('stockroom-connector', '^app/connectors/stockroom/', [
      'app/core/',
      'app/connectors/contract/',
      'app/connectors/stockroom/',
      'app/stockroom/',
    ]),
    only('merchant-folders', '^app/(connections|mappings|people|alerts|schedules|privacy)/', [
      'app/core/',
      'app/db/',
      'app/env.server.ts',
      'app/connectors/contract/',
      'app/(connections|mappings|people|alerts|schedules|privacy)/',
      'app/jobs/(definitions|enqueue)\\.ts',
    ]),
    only('job-contracts', '^app/jobs/(definitions|enqueue|boss)\\.ts', [
      'app/core/',
      'app/db/',
      'app/env.server.ts',
      'app/connectors/contract/',
      'app/jobs/(definitions|enqueue|boss)\\.ts',
    ]),
    only('sync-gets-its-connector-handed-in', '^app/sync/', [
      'app/(core|db|shopify|sync|connections|mappings|people|alerts|schedules|privacy)/',
      'app/connectors/contract/',
      'app/jobs/(definitions|enqueue)\\.ts',
      'app/env.server.ts',
      'app/shopify.server.ts',
    ]),
    {
      name: 'components-import-core-only',
      severity: 'error',
      from: { path: '^app/components/' },
      to: { path: '^app/', pathNot: ['^app/components/', '^app/core/', '^app/locales/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'routes-know-no-prisma-no-connector-no-stand-in',
      severity: 'error',
      from: { path: '^app/routes/' },
      to: {
        path: ['^app/db/client\\.ts', '^app/connectors/(?!contract/|registry\\.ts)', '^sandbox/', '@prisma/client'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'polaris-only-in-ui',
      severity: 'error',
      from: { path: '^app/', pathNot: '^app/(components/ui/|root\\.tsx|locales/catalogues\\.ts)' },
      to: { path: 'node_modules/@shopify/polaris/' },
    },
    {
      name: 'one-door-to-shopify-app-remix',
      severity: 'error',
      from: { path: '^app/', pathNot: '^app/(shopify\\.server\\.ts|shopify/|root\\.tsx|routes/app\\.tsx)' },
      to: { path: 'node_modules/@shopify/shopify-app-remix/' },
    },
    {
      name: 'the-sandbox-is-a-stranger',
      severity: 'error',
      from: { path: ['^sandbox/', '^app/connectors/[^/]+/stand-in/'], pathNot: '\\.test\\.ts$' },
      to: { path: '^app/', pathNot: '^app/connectors/[^/]+/stand-in/' },
    },
    {
      name: 'stand-ins-are-strangers-to-their-connector',
      severity: 'error',
      from: { path: '^app/connectors/([^/]+)/stand-in/', pathNot: '\\.test\\.ts$' },
      to: { path: '^app/connectors/', pathNot: '^app/connectors/$1/stand-in/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^build/', 'operations/generated'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
