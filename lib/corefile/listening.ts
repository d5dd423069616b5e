import { parseCorefile } from './parse.ts'
import { bodyOf, snippetOf } from './statement.ts'
import { plainZone } from './plugins.ts'

/** Where a CoreDNS with this Corefile takes plain DNS for a zone: at which ports, and at no address but `bind`'s. */
export type Listening = {
  readonly ports: readonly number[]
  /** Nobody but those in its own pod reaches it there. */
  readonly loopback: boolean
}

/** By the header and the plugin bind of each server block of the zone, or of one that it is in; null where there is none. */
export function listeningFor(corefile: string, zone: string): Listening | null {
  const parsed = parseCorefile(corefile)
  const statements = 'problem' in parsed ? [] : parsed.statements
  const blocks = statements.flatMap((block) => {
    const heads = block.words.map((word) => word.replace(/,$/, ''))
    const own = heads.filter((head) => `.${zone}`.endsWith(`.${plainZone(head)}`) || isRoot(head))
    if (snippetOf(block) !== null || own.length === 0) return []
    const binds = bodyOf(block).filter(({ words }) => words[0] === 'bind')
    const bound = binds.flatMap(({ words }) => words.slice(1))
    return [{ ports: own.flatMap(portOf), loopback: bound.length > 0 && bound.every(isLoopback) }]
  })
  if (blocks.length === 0) return null
  return {
    ports: [...new Set(blocks.flatMap(({ ports }) => ports))],
    loopback: blocks.every(({ loopback }) => loopback),
  }
}

function isRoot(head: string): boolean {
  return plainZone(head) === '.'
}

/** None of what is spoken by TLS or HTTPS. */
function portOf(head: string): readonly number[] {
  const [, scheme = 'dns', port = '53'] = /^(?:(\w+):\/\/)?[^:]*(?::(\d+))?$/.exec(head) ?? []
  return scheme === 'dns' ? [Number(port)] : []
}

function isLoopback(address: string): boolean {
  return /^(?:127\.|::1$|lo$|localhost$)/.test(address)
}
