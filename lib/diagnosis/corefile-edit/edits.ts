import { plainZone } from '../../corefile/plugins.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import type { Edit } from './edit.ts'
import { begins, lineOf } from './lines.ts'

/** One more plugin, in the server block that has this one; null where the Corefile has several of it, or none. */
export function insertedBefore(e: Evidence, plugin: string, before: string): Edit | null {
  const line = lineOf(e, plugin)
  return line === undefined ? null : { line, before }
}

/**
 * Leaves a plugin in the one server block that serves the cluster's names and takes it out of the others, where
 * that is one line of one other block; null where it is not.
 */
export function onlyOnce(e: Evidence, plugin: string): Edit | null {
  const all = (valueOf(e.corefile) ?? '').split('\n')
  const heads = all.flatMap((line, i) => (/^\S.*\{$/.test(line) ? [{ line, i }] : []))
  const blocks = heads.map(({ line, i }, n) => {
    const lines = all.slice(i + 1, heads[n + 1]?.i).map((one) => one.trim())
    return { head: line, lines, has: lines.filter((one) => begins(one, plugin)) }
  })
  const [keeps] = blocks.filter(({ lines }) => lines.some((one) => /^kubernetes\b/.test(one)))
  const [other, ...more] = blocks.filter((block) => block !== keeps && block.has.length > 0)
  const [drop, second] = other?.has ?? []
  if (keeps?.has.length !== 1 || other === undefined || more.length > 0) return null
  if (drop === undefined || second !== undefined) return null
  const unlike = blocks.filter(({ head }) => head === other.head).length === 1
  return unlike ? { drop, inBlock: other.head } : null
}

/**
 * One server block whose header has several zones starts such a plugin once for each: one for all names in its
 * place, with the plugin kubernetes for those zones; null where the Corefile is another one.
 */
export function oneZone(e: Evidence): readonly Edit[] | null {
  const heads = (valueOf(e.corefile) ?? '').split('\n').filter((line) => /^\S.*\{$/.test(line))
  const own = lineOf(e, 'kubernetes')
  const [head = '', second] = heads
  const words = head.replace(/ *\{$/, '').split(/[\s,]+/)
  const port = samePort(words)
  if (own === undefined || second !== undefined || words.length < 2 || port === null) return null
  const [, zones = '', brace = ''] = /^kubernetes((?: [^{\s]+)*)( \{)?$/.exec(own) ?? []
  const served = zones === '' ? ` ${words.map(plainZone).join(' ')}` : zones
  return [
    { line: head, becomes: `.:${port} {` },
    { line: own, becomes: `kubernetes${served}${brace}` },
  ]
}

function samePort(zones: readonly string[]): string | null {
  const [port = null, other] = new Set(zones.map((zone) => /:(\d+)$/.exec(zone)?.[1] ?? '53'))
  return other === undefined ? port : null
}

/** Without this target where the one line of the plugin has others, else without that line. */
export function withoutTarget(e: Evidence, plugin: string, target: string): Edit | null {
  const line = lineOf(e, plugin)
  const [, , ...targets] = line?.replace(/ \{$|\s+#.*$/g, '').split(/\s+/) ?? []
  if (line === undefined || !targets.includes(target)) return null
  return targets.length > 1 ? { inLine: plugin, of: ` ${target}`, by: '' } : { drop: line }
}
