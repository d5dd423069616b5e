import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Command } from 'commander'
import { describe } from '../../lib/command-line/commands.ts'
import { everyBelow, pathOf } from '../../lib/command-line/help.ts'
import { parseArguments } from '../../lib/command-line/options.ts'

function helpOf(...argv: readonly string[]): string {
  const parsed = parseArguments([...argv, '--help'], '1.2.3')
  assert.ok('help' in parsed)
  return parsed.help
}

function programOf(): Command {
  const program = new Command('npx tsx run.ts')
  describe(program, '1.2.3', () => undefined)
  return program
}

test('help sorts every command by what a person wants to do, and none is left over', () => {
  const help = helpOf()
  assert.doesNotMatch(help, /^Commands:$/m)
  for (const command of programOf().createHelp().visibleCommands(programOf())) {
    if (command.name() === 'help') continue
    assert.match(help, new RegExp(`^  ${command.name()} `, 'm'))
  }
})

test('each example in help is a command line that this program takes', () => {
  const program = programOf()
  const examples = [program, ...everyBelow(program)]
    .map(pathOf)
    .filter((path) => path !== 'lab kubectl' && path !== 'complete')
    .map(
      (path) => helpOf(...path.split(' ').filter((word) => word !== '')).split('\nExamples:\n')[1],
    )
    .flatMap((text = '') => [
      ...text.matchAll(/npx tsx run\.ts( (?:(?! {2}|[|)]).)*|(?= {2}|$))/gm),
    ])
    .map(([, rest = '']) => rest.trim())
  assert.ok(examples.length > 15, String(examples.length))
  for (const line of examples) {
    const parsed = parseArguments(line === '' ? [] : line.split(' '), '1.2.3')
    assert.ok('request' in parsed, line)
  }
})

test('no line of help is wider than 80 columns', () => {
  const program = programOf()
  for (const command of everyBelow(program)) {
    if (pathOf(command) === 'lab kubectl' || pathOf(command) === 'complete') continue
    const wide = helpOf(...pathOf(command).split(' '))
      .split('\n')
      .filter((line) => line.length > 80)
    assert.deepEqual(wide, [], pathOf(command))
  }
})
