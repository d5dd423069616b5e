import tab from '@bomb.sh/tab'
import { Command } from 'commander'
import { describe } from './commands.ts'
import { pathOf } from './help.ts'

/** What can stand where the usage has a placeholder: `<id>` has `{ id: [...] }`. */
export type Values = Readonly<Record<string, readonly string[]>>

type Add = (value: string, description: string) => void

/** Prints what the last, unfinished word can become, in the words that the shells' scripts read. */
export function printCandidates(words: readonly string[], values: Values): void {
  const program = new Command()
  describe(program, '', () => undefined)
  for (const command of visibleFrom(program)) offer(command, values)
  tab.parse([...words])
}

function offer(command: Command, values: Values): void {
  const path = pathOf(command)
  const known = path === '' ? tab : tab.command(path, command.description())
  for (const option of command.createHelp().visibleOptions(command)) {
    const name = option.long?.slice(2) ?? ''
    const placeholder = /<(\w+)>/.exec(option.flags)?.[1]
    if (placeholder === undefined) known.option(name, option.description)
    else {
      known.option(name, option.description, adding(option.argChoices ?? values[placeholder] ?? []))
    }
  }
  for (const argument of command.registeredArguments) {
    const name = argument.name()
    known.argument(name, adding(argument.argChoices ?? values[name] ?? []), argument.variadic)
  }
}

function adding(values: readonly string[]): (add: Add) => void {
  return (add) => {
    for (const value of values) add(value, '')
  }
}

function visibleFrom(command: Command): readonly Command[] {
  return [command, ...command.createHelp().visibleCommands(command).flatMap(visibleFrom)]
}
