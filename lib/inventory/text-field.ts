import { z } from 'zod'
import { hasUnsafe } from '../core/unsafe-characters.ts'

/** What is wrong with a value, put so that it follows the value: `… is not an IPv4 address`. */
export type Fault = {
  readonly fault: string
  /** What to write instead, where that is known better than by the field's example. */
  readonly remedy?: string
}

/** A kind of text in the inventory. */
interface TextField {
  /** What it is, for editors and for messages: `an IPv4 address`. */
  readonly description: string
  readonly example: string
  /** Characters, at most. */
  readonly longest: number
  /** A coarse form of the rule, for editors. */
  readonly pattern?: string
  /** null where the value is fine. */
  readonly judge?: (value: string) => Fault | null
}

/** The zod schema of a kind of text. Its issues carry the fault as message and the remedy as `params.remedy`. */
export function textField({ description, example, longest, pattern, judge }: TextField) {
  return z
    .string()
    .check((context) => {
      const { value } = context
      const found = general(value, longest) ?? judge?.(value) ?? null
      if (found === null) return
      const { fault: message, ...params } = found
      context.issues.push({ code: 'custom', input: value, message, params })
    })
    .meta({ description, examples: [example], pattern, maxLength: longest })
}

function general(value: string, longest: number): Fault | null {
  if (value.trim() === '') return { fault: 'is empty' }
  if (hasUnsafe(value))
    return { fault: 'holds characters that do not print', remedy: 'remove them' }
  return value.length > longest ? { fault: `is longer than ${longest} characters` } : null
}
