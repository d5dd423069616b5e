import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/**
 * The borders between rooms (design.md, "Layers"): an import goes down, never up. Each border is a
 * pattern of module names as they are written in an import, and why they are not for this room.
 */
const NO_LISTR = border('^listr2', 'only lib/view/task-list.ts knows listr2')
const NO_ZX = border('^zx(?:/|$)', 'only lib/host/command.ts knows zx')
const NO_KUBERNETES = border(
  '^@kubernetes/client-node',
  'only lib/cluster/kubernetes.ts knows the Kubernetes client',
)
const NO_STEPS = border(
  '(?:^|/)(?:steps/|run\\.ts$)',
  'the house knows neither its steps nor run.ts',
)
const NO_TOP = border(
  '^(?:\\.\\.?/)+(?:view|cli)/',
  'whoever does the work knows nobody who shows it',
)
const NO_ADAPTERS = border(
  '(?:^|/)(?:host/(?!(?:host|identity|resources)\\.ts$)|cluster/(?:api|discovery|exec|kubeconfig|kubernetes|' +
    'lazy-cluster|lease(?:-[a-z]+)?|open-cluster|overlay|port-forward|reader|socket|watch-lines|wire|writer)\\.ts$)',
  'ask the ports (host.ts, resources.ts, identity.ts, cluster.ts); adapters are put in by the command line',
)
const LIBRARIES = [NO_LISTR, NO_ZX, NO_KUBERNETES]

export default defineConfig(
  globalIgnores(['go/**', 'manifests/**', 'test/data/**']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // A switch over all kinds of a thing is one decision, however many kinds there are.
      complexity: ['error', { max: 12, variant: 'modified' }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A number prints as itself.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // A port's method is async so that what it throws becomes a rejection, awaiting or not.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: everyDefault() }],
    },
  },
  {
    files: ['lib/**', 'steps/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      // node:test waits for its own tests.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['*.config.js'],
    rules: { 'no-restricted-exports': 'off' },
  },

  room(['lib/*.ts'], ...LIBRARIES, NO_STEPS, {
    regex: '^\\./(?!(?:cluster/cluster|host/host|change|clock|errors|evidence|json|step)\\.ts$)',
    message: 'the contracts know the ports, and no room',
  }),
  room(['lib/engine/**'], ...LIBRARIES, NO_STEPS, {
    regex: '^\\.\\./(?!(?:change|clock|errors|evidence|json|step|trusted-path)\\.ts$)',
    message: 'the engine knows neither Kubernetes nor Linux, and shows nothing',
  }),
  room(
    ['lib/dns/**', 'lib/inventory/**', 'lib/lab/**'],
    ...LIBRARIES,
    NO_STEPS,
    NO_TOP,
    NO_ADAPTERS,
  ),
  // What the engine does with a cause is its own affair.
  room(['lib/causes/**'], ...LIBRARIES, NO_STEPS, NO_TOP, NO_ADAPTERS, {
    regex: '^(?:\\.\\./)+engine/',
    message: 'causes are told to whoever asks; they know no engine',
  }),
  room(['lib/host/**'], NO_LISTR, NO_ZX, NO_KUBERNETES, NO_STEPS, NO_TOP, {
    regex: '^(?:\\.\\./)+(?:cluster|engine)/',
    message: 'adapters do not know each other, nor who uses them',
  }),
  room(['lib/host/command.ts'], NO_LISTR, NO_KUBERNETES, NO_STEPS, NO_TOP),
  room(['lib/cluster/**'], NO_LISTR, NO_ZX, NO_KUBERNETES, NO_STEPS, NO_TOP, {
    regex: '^(?:\\.\\./)+(?:host|engine)/',
    message: 'adapters do not know each other, nor who uses them',
  }),
  room(['lib/cluster/kubernetes.ts'], NO_LISTR, NO_ZX, NO_STEPS, NO_TOP),
  room(['lib/view/**'], ...LIBRARIES, viewBorder()),
  room(['lib/view/task-list.ts'], NO_ZX, NO_KUBERNETES, viewBorder()),
  // The command line puts everything together, so it may know all rooms and the steps.
  room(['lib/cli/**'], ...LIBRARIES, border('(?:^|/)run\\.ts$', 'run.ts starts the command line')),
  room(['steps/**'], ...LIBRARIES, NO_TOP, NO_ADAPTERS, {
    regex: '^node:|^(?:\\.\\./)+lib/(?:view|cli)/|(?:^|/)run\\.ts$',
    message: 'steps see only the ports, the helpers below them and the inventory',
  }),
  room(['run.ts', 'pins.ts', 'bench/**'], ...LIBRARIES),
)

/** @param {string} regex @param {string} message */
function border(regex, message) {
  return { regex, message }
}

function viewBorder() {
  return border(
    '^(?:\\.\\./)+(?!(?:engine/events|change|errors|json|step)\\.ts$)',
    'the view knows events, errors and values, nothing else',
  )
}

/**
 * The rules for one room. ESLint's rule sees only import declarations; the selectors see `import()`
 * and the types of other modules as well. Of two rooms that fit a file the later one counts.
 * @param {string[]} files
 * @param {...{ regex: string, message: string }} borders
 */
function room(files, ...borders) {
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { patterns: borders }],
      'no-restricted-syntax': [
        'error',
        ...borders.flatMap(({ regex, message }) =>
          ['ImportExpression > Literal', 'TSImportType Literal'].map((node) => ({
            selector: `${node}[value=${String(new RegExp(regex))}]`,
            message,
          })),
        ),
      ],
    },
  }
}

function everyDefault() {
  return { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true }
}
