import { isIP } from 'node:net'
import { tokensOf } from '../../corefile/tokens.ts'
import { isPlugin } from '../../corefile/versions.ts'
import { lineNamed } from '../../evidence/cluster-dns.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import type { Edit } from './edit.ts'
import { editCorefile } from './edit-corefile.ts'
import { begins, linesOf, onlyLine } from './lines.ts'

/** How a Corefile is cured that CoreDNS refuses in these words: with the brace that is missing, without the line, or as `how` says. */
export function editRefused(e: Evidence, words: string, { how, next }: Otherwise) {
  const place = lineNamed(e, words)
  const all = linesOf(e)
  const line = place === null ? undefined : all[place - 1]
  if (place === null || line === undefined) return editCorefile(e, how)
  const missing = missingBrace(valueOf(e.corefile) ?? '')
  if (missing === null) {
    return editCorefile(e, how, entryBehind(all, line, words) ?? unknownIn(line, words))
  }
  const brace = { '}': closing, '{': opening, several: () => null }[missing](all, place, words)
  return brace === null
    ? editCorefile(e, how)
    : editCorefile(e, `${brace.how}; ${next}`, brace.edit)
}

type Otherwise = { readonly how: string; readonly next: string }

type Brace = { readonly how: string; readonly edit: Edit | null }

/** That of a plugin is missing where the next one is none of its options; that of a server block at the end. */
function closing(all: readonly string[], place: number, words: string): Brace | null {
  const line = all[place - 1] ?? ''
  const brace = 'write one more closing brace in a line of its own'
  if (/Syntax error/.test(words)) return { how: `${brace}, behind line ${place}`, edit: null }
  const [, word] = REFUSED.exec(words) ?? []
  if (word === undefined || !isPlugin(word) || !begins(line, word)) return null
  const edit = once(all, line) ? { line, before: '}' } : null
  return { how: `${brace}, before line ${place}`, edit }
}

/** That of the plugin above what is its option, and no plugin. */
function opening(all: readonly string[], place: number, words: string): Brace | null {
  const above = all[place - 2] ?? ''
  const [, word] = REFUSED.exec(words) ?? []
  const isOption = word !== undefined && !isPlugin(word) && begins(all[place - 1] ?? '', word)
  if (!isOption || !isPlugin(above.split(/\s+/)[0] ?? '') || above.includes('#')) return null
  const edit = once(all, above) ? { line: above, becomes: `${above} {` } : null
  return { how: `let its line ${place - 1} end with an opening brace`, edit }
}

/** The plugin hosts takes no entry behind its option fallthrough: it is written above. */
function entryBehind(all: readonly string[], line: string, words: string): readonly Edit[] | null {
  const [, word] = /^plugin\/hosts: .*unknown property '([^']+)'/.exec(words) ?? []
  const isEntry = word !== undefined && isIP(word) !== 0 && begins(line, word)
  if (!isEntry || !once(all, line) || !once(all, 'fallthrough')) return null
  return [{ drop: line }, { line: 'fallthrough', before: line }]
}

/** It is left out where it begins with the word that CoreDNS does not know. */
function unknownIn(line: string, words: string): Edit | null {
  const word = /(?:Unknown directive|unknown property) '([^']+)'/.exec(words)?.[1]
  return word !== undefined && begins(line, word) ? { drop: line } : null
}

/** The word at which CoreDNS stopped to read. */
const REFUSED = /(?:Unknown directive|unknown property|line ending after) '([^']+)'/

function once(all: readonly string[], line: string): boolean {
  return onlyLine(all, (one) => one === line) !== undefined
}

/** Of which the Corefile has one too few, or several; null where they are even. */
function missingBrace(corefile: string): '{' | '}' | 'several' | null {
  const words = tokensOf(corefile).map(({ word }) => word)
  const count = (brace: string): number => words.filter((one) => one === brace).length
  const more = count('{') - count('}')
  if (more === 0) return null
  return Math.abs(more) > 1 ? 'several' : more === 1 ? '}' : '{'
}
