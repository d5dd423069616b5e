import type { Layer } from '../core/layers.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { type Described, type Finding, rule, type Rule } from './rule.ts'

/** What a program has written. */
export type Line = {
  readonly text: string
  /** What a finding takes from it: its evidence, and what all such lines have in common. */
  readonly gives: Pick<Finding, 'evidence'> & Partial<Finding>
  /** With what the cause begins: `on worker0 `. */
  readonly begin?: string
}

/** In words that hold everywhere, or that name what this evidence is about; `on` is the host that the line is of. */
type Said = string | ((e: Evidence, on: string | undefined) => string)

type Words = Partial<Omit<Finding, 'cause' | 'cure' | 'subject'>> & {
  readonly cause: Said
  readonly cure: Said
  readonly subject?: Said
}

/** Where lines come from. */
interface Source {
  readonly lines: (e: Evidence) => readonly Line[]
  /** Of several lines the last says enough. */
  readonly last?: true
}

/** How a line shows a failure. */
interface Telling {
  readonly words: RegExp
  /** Given what the groups of `words` matched; what a line gives can be left out. */
  readonly finding: (...found: readonly string[]) => Words
}

type Own = Omit<Described, 'find'> & Telling & Partial<Source>

/** Makes rules for failures that a line of the same source shows; a rule may name another source. */
export function ruleOfLines(layer: Layer, source: Source) {
  return (code: string, name: string, own: Own): Rule =>
    rule(code, layer, name, { ...own, find: findLines({ ...source, ...own }) })
}

/** One of several ways to find a failure: the words are there. */
export function findLines({ lines, words: telling, finding, last }: Source & Telling) {
  return (e: Evidence): readonly Finding[] => {
    const found = lines(e).flatMap(({ text, gives, begin = '' }): Finding[] => {
      const match = telling.exec(text)
      if (match === null) return []
      const { cause, cure, subject = gives.subject ?? '', ...more } = finding(...match.slice(1))
      const say = (said: Said): string => (typeof said === 'string' ? said : said(e, gives.on))
      const words = { cause: `${begin}${say(cause)}`, cure: say(cure), subject: say(subject) }
      return [{ certainty: 'seen', ...gives, ...more, ...words }]
    })
    return last === true ? found.slice(-1) : found
  }
}

/** What the failed step itself has seen. */
export function stepLines(e: Evidence): readonly Line[] {
  return e.failure.seen.map((text) => ({ text, gives: { evidence: text } }))
}
