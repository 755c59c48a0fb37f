// Who may import whom (docs/ARCHITECTURE.md). One rule per sentence there.

const npmPackage = '^node_modules/';
/** The areas of the engine: each is used from outside through its service.ts only. */
const areas = [
  'capture',
  'find',
  'health',
  'live',
  'inventory',
  'folders',
  'legacy',
  'forms',
  'local-cloud',
  'reports',
  'api',
  'storage',
];
/** engine.ts composes, sync/streams declares: they see several areas. */
const composition = '^src-main/engine/(engine|main)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads to a file or to a package of package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^electron$' },
    },
    {
      name: 'contract-imports-only-zod',
      severity: 'error',
      from: { path: '^src-main/contract/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^src-main/contract/', '^node_modules/zod/'] },
    },
    {
      name: 'only-the-desktop-knows-electron',
      severity: 'error',
      from: { path: '^src-main/(contract|engine|cli)/' },
      to: { path: ['^electron$', '^node_modules/electron/'] },
    },
    {
      name: 'engine-knows-no-face',
      severity: 'error',
      from: { path: '^src-main/engine/', pathNot: '\\.test\\.ts$' },
      to: { path: ['^src-main/(desktop|cli)/', '^src-main/index\\.ts$', '^src-(preload|renderer)/'] },
    },
    {
      name: 'cli-knows-no-window',
      severity: 'error',
      from: { path: '^src-main/cli/' },
      to: { path: ['^src-main/desktop/', '^src-main/index\\.ts$', '^src-(preload|renderer)/'] },
    },
    {
      name: 'desktop-stays-light',
      comment:
        'Electron main relays: of the engine it imports only the client of its socket, its configuration, its log and how it writes small files.',
      severity: 'error',
      from: { path: '^src-main/(desktop/|index\\.ts$)', pathNot: '\\.test\\.ts$' },
      to: { path: '^src-main/engine/', pathNot: '^src-main/engine/(rpc|config|log|files)/' },
    },
    {
      name: 'desktop-loads-no-native-module',
      comment: 'Electron 33 cannot load the SQLite addon; no path may lead from the window to it.',
      severity: 'error',
      from: { path: '^src-main/(desktop/|index\\.ts$)' },
      to: { path: '^node_modules/(better-sqlite3|pg)/', reachable: true },
    },
    {
      name: 'preload-imports-types-only',
      severity: 'error',
      from: { path: '^src-preload/' },
      to: { dependencyTypesNot: ['type-only'], pathNot: ['^electron$', '^node_modules/electron/'] },
    },
    {
      name: 'renderer-imports-contract-only',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: ['^src-main/', '^src-preload/'], pathNot: '^src-main/contract/' },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { path: '^src-renderer/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'only-stores-touch-the-client',
      severity: 'error',
      from: {
        path: '^src-renderer/',
        pathNot: ['/store\\.ts$', '^src-renderer/app/', '^src-renderer/bridge\\.ts$'],
      },
      to: { path: '^src-renderer/bridge\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sync-core-knows-no-cloud',
      comment:
        'Run, stream and scheduler know no table and no Supabase; streams/ declares them, service.ts composes.',
      severity: 'error',
      from: {
        path: '^src-main/engine/sync/',
        pathNot: ['^src-main/engine/sync/(streams/|(service|sync-options)\\.ts$)', '\\.test\\.ts$'],
      },
      to: { path: ['^src-main/engine/cloud/', '^node_modules/@supabase/', '^src-main/engine/sync/streams/'] },
    },
    ...areas.map((area) => ({
      name: `${area}-through-its-service`,
      severity: 'error',
      from: {
        path: '^src-main/',
        pathNot: [
          `^src-main/engine/${area}/`,
          composition,
          '^src-main/engine/sync/streams/',
          '(\\.test|-fixture)\\.ts$',
        ],
      },
      to: { path: `^src-main/engine/${area}/`, pathNot: `^src-main/engine/${area}/service\\.ts$` },
    })),
    {
      name: 'fixtures-serve-tests-only',
      severity: 'error',
      from: { path: '^src-', pathNot: ['\\.test\\.tsx?$', '-fixture\\.ts$'] },
      to: { path: '-fixture\\.ts$' },
    },
    {
      name: 'no-development-package-in-the-product',
      severity: 'error',
      from: {
        path: '^src-main/',
        pathNot: ['\\.test\\.ts$', '-fixture\\.ts$', '^src-main/(desktop/|index\\.ts$)'],
      },
      to: { path: npmPackage, dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(css|html|json)$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
