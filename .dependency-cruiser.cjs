/**
 * The layers of docs/architecture.md as rules: `npm run boundaries`. A folder imports from its own layer and from those
 * below it. Types count like values, so that the picture holds for a reader too.
 */
const LAYERS = [
  ['lib'],
  ['messages'],
  ['kernel', 'graphql', 'embedded'],
  ['identity', 'taxonomy', 'ledger', 'text', 'notifications', 'outbox', 'objections', 'profiles', 'mentions'],
  ['achievements', 'investors', 'talent', 'demands'],
  ['deals', 'importing', 'vetting', 'matching'],
  ['search', 'privacy', 'http', 'portal', 'sample', 'maintenance'],
  ['modules.ts', 'price-table.ts', 'app.ts', 'embedded-backends.ts'],
  ['cli', 'bench', 'main.ts'],
];

const paths = (names) =>
  `^src/(${names.map((name) => (name.endsWith('.ts') ? `${name.replace('.', '\\.')}$` : `${name}/`)).join('|')})`;

const downwards = LAYERS.slice(0, -1).map((names, layer) => ({
  name: `layer-${layer + 1}-imports-nothing-above`,
  comment: `${names.join(', ')} must not know what stands on them.`,
  severity: 'error',
  from: { path: paths(names) },
  to: { path: paths(LAYERS.slice(layer + 1).flat()) },
}));

/** No folder of `names` imports another one of them, but for the pairs in `except`. */
const neverSideways = (names, except = {}) =>
  names.map((name) => ({
    name: `${name}-never-sideways`,
    comment: 'Subjects and processes are joined by what stands on them, not by each other.',
    severity: 'error',
    from: { path: paths([name]) },
    to: { path: paths(names.filter((other) => other !== name && !(except[name] ?? []).includes(other))) },
  }));

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Files that need each other are one file, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...downwards,
    ...neverSideways(LAYERS[4]),
    ...neverSideways(LAYERS[5], { matching: ['deals'] }),
    {
      name: 'every-folder-has-a-layer',
      comment: 'A new folder below src/ is given a layer in this file and in docs/architecture.md.',
      severity: 'error',
      from: { path: '^src/', pathNot: paths(LAYERS.flat()) },
      to: {},
    },
    {
      name: 'kernel-and-graphql-in-order',
      comment: 'The kernel and the embedded servers stand beneath the GraphQL layer.',
      severity: 'error',
      from: { path: paths(['kernel', 'embedded']) },
      to: { path: paths(['graphql']) },
    },
    {
      name: 'kernel-knows-no-server',
      comment: 'The kernel does not start servers of its own.',
      severity: 'error',
      from: { path: paths(['kernel', 'graphql']) },
      to: { path: paths(['embedded']) },
    },
    {
      name: 'modules-alone-import-descriptors',
      comment: 'A descriptor is for the composition: anything else imports what it needs itself.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/modules\\.ts$' },
      to: { path: '\\.module\\.ts$' },
    },
    {
      name: 'entities-read-nothing',
      comment: 'A field that needs a query, a service or a resolver stands in a resolver.',
      severity: 'error',
      from: { path: '\\.entity\\.ts$' },
      to: { path: '\\.(queries|service|resolver)\\.ts$' },
    },
    {
      name: 'engines-are-pure',
      comment: 'What computes takes values and gives values: it knows no database, no GraphQL and no request.',
      severity: 'error',
      from: {
        path: '^src/(text|matching/engine|search/ranking|vetting/calibration|vetting/assignments/optimum|lib/min-cost-flow)/',
        pathNot: '^src/(text/similarity\\.proxy|search/ranking/ranker)\\.ts$',
      },
      to: { path: '(^src/kernel/context\\.ts$|^node_modules/(typeorm|pg|type-graphql)/)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.cjs'] },
  },
};
