import { z } from 'zod'
import { InputError } from '../core/errors.ts'
import { at, parseJson } from '../core/json.ts'
import { EVENT_FORMAT_VERSION } from '../ports/events.ts'
import { EVENT_TYPES, type Line, parseLine } from './event-schema.ts'

/**
 * The lines of a run.jsonl. A last line that is torn is what a killed run leaves; events of types that a later
 * version may have are passed over. `where` is its path, for messages.
 * @throws InputError where it is no such file
 */
export function readRunLines(text: string, where: string): readonly Line[] {
  const rows = text.split('\n')
  const isWhole = rows.at(-1) === ''
  const lines = rows.flatMap((row, i): readonly Line[] => {
    if (row === '') return []
    if (i === rows.length - 1 && !isWhole && parseJson(row) === undefined) return []
    return readLine(row, `${where}:${i + 1}`)
  })
  if (lines.length > 0) return lines
  throw new InputError({
    problem: `${where} has no event of a run`,
    remedy: 'give the folder of a --report, or its run.jsonl',
  })
}

function readLine(row: string, where: string): readonly Line[] {
  const value = parseJson(row)
  const version = at(value, 'v')
  if (typeof version === 'number' && version > EVENT_FORMAT_VERSION) {
    throw new InputError({
      problem: `${where} is of format ${version}, and this version of hardway reads ${EVENT_FORMAT_VERSION}`,
      remedy: 'read it with the version that wrote it, or a newer one',
    })
  }
  const type = at(value, 'type')
  if (version === EVENT_FORMAT_VERSION && typeof type === 'string' && !EVENT_TYPES.has(type)) {
    return []
  }
  try {
    return [parseLine(value)]
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    throw new InputError({
      problem: `${where} is no line of a run.jsonl`,
      seen: error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`),
      remedy:
        'run.schema.json says what a line has; give a file that --report or --json has written',
    })
  }
}
