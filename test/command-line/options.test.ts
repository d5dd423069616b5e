import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArguments } from '../../lib/command-line/options.ts'
import type { CommonOptions, Request } from '../../lib/command-line/request.ts'
import { type Explanation, InputError } from '../../lib/core/errors.ts'

const USUAL: CommonOptions = { inventory: 'inventory.yaml', json: false, verbose: false }
const RUN = { command: 'run', dryRun: false, resume: false, keep: false } as const
const LAB_UP = { command: 'lab-up', dryRun: false, resume: false, keep: false } as const
const BACK = { command: 'rollback', resume: false, dryRun: false } as const
const HELP = 'npx tsx run.ts --help'
const usageOf = (command: string): string => `npx tsx run.ts ${command} --help`

function parse(line: string) {
  return parseArguments(line === '' ? [] : line.split(' '), '1.2.3')
}

function helpOf(line: string): string {
  const parsed = parse(line)
  assert.ok('help' in parsed)
  return parsed.help
}

function explanationOf(line: string): Explanation {
  try {
    parse(line)
  } catch (error) {
    assert.ok(error instanceof InputError, String(error))
    return error.explanation
  }
  throw new assert.AssertionError({ message: `${line} is taken` })
}

const requests: readonly (readonly [line: string, request: Request])[] = [
  ['', RUN],
  ['--dry-run', { ...RUN, dryRun: true }],
  ['--resume', { ...RUN, resume: true }],
  ['--keep', { ...RUN, keep: true }],
  ['--from apply-manifest', { ...RUN, from: 'apply-manifest' }],
  ['--from=apply-manifest', { ...RUN, from: 'apply-manifest' }],
  ['--only pod-name', { ...RUN, only: 'pod-name' }],
  [
    '--dry-run --from a --only b --keep --resume',
    { command: 'run', dryRun: true, resume: true, keep: true, from: 'a', only: 'b' },
  ],
  ['--only a --only b', { ...RUN, only: 'b' }],
  ['--dry-run --save plan.json', { ...RUN, dryRun: true, save: 'plan.json' }],
  ['--dry-run --only a --save=plan.json', { ...RUN, dryRun: true, only: 'a', save: 'plan.json' }],
  ['--plan plan.json --keep', { ...RUN, keep: true, plan: 'plan.json' }],
  ['--plan plan.json --resume', { ...RUN, resume: true, plan: 'plan.json' }],
  ['lab up --dry-run --save a', { ...LAB_UP, dryRun: true, save: 'a' }],
  ['lab up --plan a --resume', { ...LAB_UP, resume: true, plan: 'a' }],
  ['--on-conflict skip', { ...RUN, onConflict: 'skip' }],
  ['--dry-run --on-conflict=adopt', { ...RUN, dryRun: true, onConflict: 'adopt' }],
  ['--resume --on-conflict abort', { ...RUN, resume: true, onConflict: 'abort' }],
  ['verify', { command: 'verify' }],
  ['verify --evidence e.json', { command: 'verify', evidence: 'e.json' }],
  ['rollback', BACK],
  ['rollback --to download-manifest', { ...BACK, to: 'download-manifest' }],
  ['rollback --last-run', { ...BACK, lastRun: true }],
  ['rollback --resume', { ...BACK, resume: true }],
  ['rollback --dry-run', { ...BACK, dryRun: true }],
  ['lab faults', { command: 'lab-faults' }],
  ['lab break missing-route', { command: 'lab-break', fault: 'missing-route', dryRun: false }],
  ['lab break x --dry-run', { command: 'lab-break', fault: 'x', dryRun: true }],
  ['lab mend', { command: 'lab-mend', faults: [] }],
  ['lab mend a b', { command: 'lab-mend', faults: ['a', 'b'] }],
  ['lab up', LAB_UP],
  ['lab up --dry-run', { ...LAB_UP, dryRun: true }],
  ['lab up --resume --keep', { ...LAB_UP, resume: true, keep: true }],
  ['lab down', { command: 'lab-down' }],
  ['lab status', { command: 'lab-status' }],
  ['lab shell k8sworker0', { command: 'lab-shell', host: 'k8sworker0', argv: [] }],
  [
    'lab shell k8sworker0 ip route',
    { command: 'lab-shell', host: 'k8sworker0', argv: ['ip', 'route'] },
  ],
  ['lab shell k8sworker0 -- ls', { command: 'lab-shell', host: 'k8sworker0', argv: ['ls'] }],
  ['lab kubectl', { command: 'lab-kubectl', argv: [] }],
  ['lab kubectl get pods -A', { command: 'lab-kubectl', argv: ['get', 'pods', '-A'] }],
  ['lab kubectl -- get pods', { command: 'lab-kubectl', argv: ['get', 'pods'] }],
  ['steps', { command: 'steps' }],
  ['explain pod-name', { command: 'explain', id: 'pod-name' }],
  ['cache', { command: 'cache', empty: false }],
  ['cache --empty', { command: 'cache', empty: true }],
]

for (const [line, request] of requests) {
  test(`"${line}" is read as what it says`, () => {
    assert.deepEqual(parse(line), { request, common: USUAL })
  })
}

for (const command of [
  'verify',
  'rollback',
  'lab up',
  'lab down',
  'lab status',
  'lab faults',
  'lab mend',
  'steps',
  'cache',
]) {
  const words = command.split(' ')
  test(`"${command}" takes what holds for all commands before its name, behind it, and between`, () => {
    const common = { inventory: 'other.yaml', json: true, verbose: true }
    const given = '--inventory other.yaml --json --verbose'
    const [first, ...rest] = words
    for (const line of [
      `${given} ${command}`,
      `${command} ${given}`,
      [first, given, ...rest].join(' '),
      `--json ${command} --inventory other.yaml --verbose`,
    ]) {
      const parsed = parse(line)
      assert.ok('common' in parsed)
      assert.deepEqual(parsed.common, common, line)
    }
  })
}

test('of two inventories the one nearer to the end counts, on whichever side of the command', () => {
  for (const line of [
    '--inventory a --inventory b',
    '--inventory a verify --inventory b',
    'verify --inventory a --inventory b',
    '--inventory a lab --inventory b up',
    '--inventory x lab --inventory a up --inventory b',
    '--inventory a --inventory b verify',
  ]) {
    const parsed = parse(line)
    assert.ok('common' in parsed)
    assert.equal(parsed.common.inventory, 'b', line)
  }
})

test('what stands before the command of a host, or of kubectl, are options', () => {
  const common = { ...USUAL, inventory: 'x.yaml' }
  for (const line of [
    'lab shell zz --inventory x.yaml',
    'lab shell --inventory x.yaml zz',
    'lab shell zz --inventory=x.yaml --',
  ]) {
    assert.deepEqual(parse(line), {
      request: { command: 'lab-shell', host: 'zz', argv: [] },
      common,
    })
  }
  assert.deepEqual(parse('lab shell zz --inventory x.yaml -- ls --inventory y'), {
    request: { command: 'lab-shell', host: 'zz', argv: ['ls', '--inventory', 'y'] },
    common,
  })
  assert.deepEqual(parse('lab kubectl --inventory x.yaml -n a get pods'), {
    request: { command: 'lab-kubectl', argv: ['-n', 'a', 'get', 'pods'] },
    common,
  })
})

test("what stands behind a host's command or behind kubectl is theirs", () => {
  const shell = parse('lab --json shell k8sworker0 ls --json --verbose --help')
  assert.deepEqual(shell, {
    request: {
      command: 'lab-shell',
      host: 'k8sworker0',
      argv: ['ls', '--json', '--verbose', '--help'],
    },
    common: { ...USUAL, json: true },
  })
  const kubectl = parse('--verbose lab kubectl --help get --json -o yaml --dry-run=server')
  assert.deepEqual(kubectl, {
    request: {
      command: 'lab-kubectl',
      argv: ['--help', 'get', '--json', '-o', 'yaml', '--dry-run=server'],
    },
    common: { ...USUAL, verbose: true },
  })
})

const refused: readonly (readonly [line: string, explanation: Explanation])[] = [
  ['--frm x', { problem: "unknown option '--frm' (Did you mean --from?)", remedy: HELP }],
  ['-x', { problem: "unknown option '-x'", remedy: HELP }],
  ['--from', { problem: "option '--from <id>' argument missing", remedy: HELP }],
  ['--only', { problem: "option '--only <id>' argument missing", remedy: HELP }],
  [
    'verify --inventory',
    { problem: "option '--inventory <file>' argument missing", remedy: usageOf('verify') },
  ],
  [
    'rollback --to',
    { problem: "option '--to <id>' argument missing", remedy: usageOf('rollback') },
  ],
  [
    'rollback --to a --last-run',
    {
      problem: "option '--last-run' cannot be used with option '--to <id>'",
      remedy: usageOf('rollback'),
    },
  ],
  ['--to x', { problem: "unknown option '--to'", remedy: HELP }],
  [
    '--on-conflict force',
    {
      problem:
        "option '--on-conflict <what>' argument 'force' is invalid. Allowed choices are abort, skip, adopt.",
      remedy: HELP,
    },
  ],
  ['verify --dry-run', { problem: "unknown option '--dry-run'", remedy: usageOf('verify') }],
  ['lab shell k8sworker0 -x', { problem: "unknown option '-x'", remedy: usageOf('lab shell') }],
  ['lab down --dry-run', { problem: "unknown option '--dry-run'", remedy: usageOf('lab down') }],
  ['lab up --from x', { problem: "unknown option '--from'", remedy: usageOf('lab up') }],
  ['explain', { problem: "missing required argument 'id'", remedy: usageOf('explain') }],
  ['lab shell', { problem: "missing required argument 'host'", remedy: usageOf('lab shell') }],
  ['lab foo', { problem: "unknown command 'foo'", remedy: usageOf('lab') }],
  [
    'lab',
    {
      problem:
        'lab what? up, down, status, faults, break, mend, shell, restart, kubectl, exercise, hint, check',
      remedy: 'npx tsx run.ts lab --help',
    },
  ],
  [
    'verify extra',
    {
      problem: "too many arguments for 'verify'. Expected 0 arguments but got 1: extra.",
      remedy: usageOf('verify'),
    },
  ],
  [
    'explain a b',
    {
      problem: "too many arguments for 'explain'. Expected 1 argument but got 2: a, b.",
      remedy: usageOf('explain'),
    },
  ],
  [
    'verfy',
    {
      problem: 'there is no command "verfy"',
      seen: [
        'the commands, nearest first: verify, help, prove, watch, lab, report, steps, cache, compare, explain, rollback, completion',
      ],
      remedy: HELP,
    },
  ],
  [
    'toString',
    {
      problem: 'there is no command "toString"',
      seen: [
        'the commands, nearest first: verify, explain, prove, watch, rollback, report, compare, steps, lab, cache, completion, help',
      ],
      remedy: HELP,
    },
  ],
  [
    '--dry-run verify',
    {
      problem: '--dry-run stands before verify and would be ignored',
      remedy: 'leave it out: verify has no --dry-run',
    },
  ],
  [
    '--dry-run lab up',
    {
      problem: '--dry-run stands before lab up and would be ignored',
      remedy: 'npx tsx run.ts lab up --dry-run',
    },
  ],
  [
    '--resume rollback',
    {
      problem: '--resume stands before rollback and would be ignored',
      remedy: 'npx tsx run.ts rollback --resume',
    },
  ],
  [
    '--only x lab up',
    {
      problem: '--only stands before lab up and would be ignored',
      remedy: 'leave it out: lab up has no --only',
    },
  ],
  [
    '--dry-run lab kubectl delete pod x',
    {
      problem: '--dry-run stands before lab kubectl and would be ignored',
      remedy: 'leave it out: lab kubectl has no --dry-run',
    },
  ],
]

for (const [line, explanation] of refused) {
  test(`"${line}" is refused, and what to write instead is said`, () => {
    assert.deepEqual(explanationOf(line), explanation)
  })
}

test('watch asks at a rate that it is told, in whole questions a second', () => {
  const watch = { command: 'watch', namespace: 'default' }
  const requestOf = (line: string): unknown => {
    const parsed = parseArguments(line.split(' '), '1.2.3')
    return 'request' in parsed ? parsed.request : parsed
  }
  assert.deepEqual(requestOf('watch'), { ...watch, rate: 50 })
  assert.deepEqual(requestOf('watch --rate 200 --for 30'), { ...watch, rate: 200, seconds: 30 })
  for (const wrong of ['--rate 0', '--rate 1.5', '--rate 1001', '--for -1', '--for soon']) {
    assert.match(explanationOf(`watch ${wrong}`).problem, /is not a whole number from 1 to/)
  }
})

test('help is --help of the command behind it, and of the program without one', () => {
  for (const path of ['', 'verify', 'lab', 'explain']) {
    assert.deepEqual(parse(`help ${path}`.trim()), parse(`${path} --help`.trim()))
  }
  assert.equal(explanationOf('help verfy').problem, 'there is no command "verfy"')
})

test('control characters in a wrong command are escaped', () => {
  assert.equal(explanationOf('\u001b[2J').problem, 'there is no command "\\u001b[2J"')
})

test('the version is printed', () => {
  assert.deepEqual(parse('--version'), { help: '1.2.3' })
})

test('help names every command, every option of a run, and the program as it is typed', () => {
  const help = helpOf('--help')
  for (const word of [
    'Usage: npx tsx run.ts [options] [command]',
    '--dry-run',
    '--resume',
    '--from <id>',
    '--only <id>',
    '--keep',
    '--inventory <file>',
    '--json',
    '--verbose',
    'verify',
    'rollback',
    'lab',
    'steps',
    'explain',
    'cache',
  ]) {
    assert.ok(help.includes(word), word)
  }
  assert.equal(helpOf('--dry-run --help'), help)
})

test('each command has help of its own', () => {
  assert.match(helpOf('rollback --help'), /^Usage: npx tsx run.ts rollback \[options\]\n/)
  assert.match(helpOf('lab up --help'), /^Usage: npx tsx run.ts lab up \[options\]\n/)
  for (const name of ['up', 'down', 'status', 'shell', 'kubectl']) {
    assert.match(helpOf('lab --help'), new RegExp(`^  ${name}\\b`, 'm'))
  }
})

for (const other of ['--dry-run', '--save b', '--from a', '--only a']) {
  test(`--plan does not go with ${other}`, () => {
    const { problem } = explanationOf(`--plan plan.json ${other}`)
    assert.ok(problem.includes(other.split(' ')[0] ?? ''), problem)
  })
}

test('--save keeps the plan of a new dry-run, and nothing else', () => {
  for (const line of ['--save plan.json', 'lab up --save plan.json']) {
    assert.match(explanationOf(line).remedy, /^add --dry-run/)
  }
  assert.match(explanationOf('--dry-run --resume --save plan.json').problem, /--resume/)
})

test('the language is taken before and behind any command, and an unknown one is refused with those there are', () => {
  for (const argv of [
    ['--lang', 'ja', 'verify'],
    ['verify', '--lang', 'ja'],
    ['lab', '--lang', 'ja', 'hint'],
    ['explain', 'E3', '--lang=ja'],
  ]) {
    const parsed = parseArguments(argv, '0.0.0')
    assert.ok('common' in parsed)
    assert.equal(parsed.common.lang, 'ja')
  }
  assert.throws(() => parseArguments(['verify', '--lang', 'fr'], '0.0.0'), /en, ja/)
})
