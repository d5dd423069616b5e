import { posix } from 'node:path'
import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/**
 * The rooms, lowest first, and what each may import: folders from the project's root, and any file
 * that is named in full. An import goes down, never up, so there is no circle. A library is known to
 * one room; the machine is reached by `node:` modules only from the rooms that are marked `machine`.
 * In the rooms that are marked `data`, what has no functions is declared so that the compiler takes it for JSON.
 */
const BELOW_CLI = [
  { room: 'lib/core', may: [], data: true },
  { room: 'lib/ports', may: ['lib/core'], data: true },
  { room: 'lib/words', may: [], data: true },
  { room: 'lib/jsonpath', may: ['lib/core'], data: true },
  { room: 'lib/process', may: ['lib/core'], library: 'zx', machine: true, data: true },
  { room: 'lib/trust', may: ['lib/core'], machine: true, data: true },
  {
    room: 'lib/supply',
    may: ['lib/core', 'lib/process', 'lib/trust', 'package.json'],
    machine: true,
    data: true,
  },
  {
    room: 'lib/linux',
    may: ['lib/core', 'lib/ports', 'lib/process', 'lib/trust', 'lib/supply'],
    machine: true,
    data: true,
  },
  { room: 'lib/objects', may: ['lib/core', 'lib/ports'], data: true },
  {
    room: 'lib/kube-client',
    may: ['lib/core', 'lib/ports', 'lib/objects'],
    machine: true,
    data: true,
  },
  { room: 'lib/engine', may: ['lib/core', 'lib/ports'], data: true },
  {
    room: 'lib/state',
    may: ['lib/core', 'lib/process', 'lib/trust', 'lib/engine'],
    machine: true,
    data: true,
  },
  {
    room: 'lib/view',
    may: ['lib/core', 'lib/ports', 'lib/words'],
    library: 'listr2',
    data: true,
  },
  { room: 'lib/report', may: ['lib/core', 'lib/ports', 'lib/words', 'lib/view'], data: true },
  { room: 'lib/inventory', may: ['lib/core'], machine: true, data: true },
  { room: 'lib/step-kinds', may: ['lib/core', 'lib/ports', 'lib/objects'], data: true },
  { room: 'lib/corefile', may: [], data: true },
  {
    room: 'lib/dns',
    may: ['lib/core', 'lib/ports', 'lib/objects', 'lib/inventory', 'lib/corefile'],
    data: true,
  },
  {
    room: 'lib/coredns',
    may: [...['lib/core', 'lib/ports', 'lib/objects', 'lib/inventory', 'lib/corefile'], 'lib/dns'],
    data: true,
  },
  {
    room: 'lib/steady',
    may: ['lib/core', 'lib/ports', 'lib/words', 'lib/objects', 'lib/view', 'lib/dns'],
    data: true,
  },
  {
    room: 'lib/lab',
    may: ['lib/core', 'lib/ports', 'lib/inventory', 'lib/step-kinds', 'lib/dns'],
    data: true,
  },
  {
    room: 'lib/evidence',
    may: ['lib/core', 'lib/ports', 'lib/objects', 'lib/inventory', 'lib/dns', 'lib/lab'],
    data: true,
  },
  {
    room: 'lib/diagnosis',
    may: [
      ...['lib/core', 'lib/ports', 'lib/words', 'lib/inventory', 'lib/corefile', 'lib/dns'],
      'lib/evidence',
    ],
    data: true,
  },
  {
    room: 'lib/faults',
    may: [
      ...['lib/core', 'lib/ports', 'lib/objects', 'lib/engine', 'lib/inventory'],
      ...['lib/step-kinds', 'lib/dns', 'lib/lab'],
    ],
    data: true,
  },
  {
    room: 'steps',
    may: [
      ...['lib/core', 'lib/ports', 'lib/jsonpath', 'lib/objects', 'lib/inventory'],
      ...['lib/step-kinds', 'lib/dns', 'lib/coredns', 'lib/lab', 'lib/faults'],
    ],
    data: true,
  },
  {
    room: 'lib/exercises',
    may: [
      ...['lib/core', 'lib/ports', 'lib/objects', 'lib/state', 'lib/inventory', 'lib/lab'],
      ...['lib/corefile', 'lib/diagnosis'],
    ],
    data: true,
  },
  {
    room: 'lib/command-line',
    may: ['lib/core', 'lib/engine', 'lib/inventory', 'lib/words'],
    library: 'commander',
    data: true,
  },
]
/** What puts everything together, and is itself loaded by what stands above it. */
const ROOMS = [
  ...BELOW_CLI,
  {
    room: 'lib/cli',
    may: [...BELOW_CLI.map(({ room }) => room), 'package.json'],
    machine: true,
    data: true,
  },
  { room: 'lib/start', may: ['lib/trust', 'lib/supply', 'lib/cli'], machine: true, data: true },
]
/** An interface is never assignable to a type with an index signature, so not to `Json` either. */
const DATA_IS_A_TYPE = {
  selector: 'TSInterfaceDeclaration:not(:has(TSMethodSignature, TSFunctionType))',
  message: 'data is a `type`, so that the compiler can prove that it survives JSON',
}
const LIBRARIES = ROOMS.flatMap(({ library }) => library ?? [])

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
    files: ['test/**/*.test.ts'],
    ignores: ['test/e2e/**', 'test/volume/**', '**/*.real.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^node:child_process$|/e2e/',
              message:
                'a test that starts programs is named *.real.test.ts: unit tests share a process',
            },
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

  // A folder that is no room yet may import nothing from outside.
  borders('lib/**', [
    border('^\\.\\./', 'name this room in eslint.config.js, with what it may import'),
  ]),
  ...ROOMS.flatMap(roomBorders),
  borders('{run.ts,bench/**}', LIBRARIES.map(notHere)),
)

/**
 * @param {{ room: string, may: string[], library?: string, machine?: boolean, data?: boolean }} of
 */
function roomBorders({ room, may, library, machine = false, data = false }) {
  const modules = [
    ...LIBRARIES.filter((name) => name !== library).map(notHere),
    ...(machine ? [] : [border('^node:(?!(?:crypto|net|path|util)$)', 'ask the ports')]),
  ]
  // Files in the room itself, and in folders one and two levels below.
  return ['', '/x', '/x/x'].map((below) => {
    const out = '../'.repeat(below.split('/').length)
    const allowed = may.map((name) => {
      const path = posix.relative(room + below, name)
      return `(?!${path.slice(out.length)}${name.includes('.') ? '$' : '(?:/|$)'})`
    })
    const leaving = `^${out}${allowed.join('')}`.replaceAll('.', '\\.')
    const files = `${room}${below.replaceAll('x', '*')}/*.ts`
    const leaves = border(leaving, `${room} may import ${may.join(', ') || 'nothing from outside'}`)
    return borders(files, [...modules, leaves], data ? [DATA_IS_A_TYPE] : [])
  })
}

/** @param {string} library */
function notHere(library) {
  const { room = '' } = ROOMS.find((one) => one.library === library) ?? {}
  return border(`^${library}(?:/|$)`, `only ${room} knows ${library}`)
}

/** @param {string} regex @param {string} message */
function border(regex, message) {
  return { regex, message }
}

/**
 * ESLint's rule sees only import declarations; the selectors see `import()` and the types of other
 * modules as well. Of two entries that fit a file the later one counts.
 * @param {string} files
 * @param {{ regex: string, message: string }[]} patterns
 * @param {{ selector: string, message: string }[]} syntax
 */
function borders(files, patterns, syntax = []) {
  return {
    files: [files],
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      'no-restricted-syntax': [
        'error',
        ...syntax,
        ...patterns.flatMap(({ regex, message }) =>
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
