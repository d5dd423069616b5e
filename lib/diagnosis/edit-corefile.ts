import { quoted } from '../core/shell.ts'
import { kubernetesIn, plainZone, pluginsOf } from '../corefile/plugins.ts'
import { corefileAt, dnsOf, isChapters, kubectlAt, restartDns } from '../evidence/cluster-dns.ts'
import { type Evidence, valueOf } from '../evidence/evidence.ts'

/** A change of a Corefile, as sed makes it line by line. */
export type Edit =
  /** Leaves out each line that reads so, blanks before it aside. */
  | { readonly drop: string }
  /** The same, only between the one line that reads so and the next `}` below it, both of them unindented. */
  | { readonly drop: string; readonly inBlock: string }
  /** Writes the second in the first one's place, in lines that begin with this word. */
  | { readonly inLine: string; readonly of: string; readonly by: string }
  /** Writes another line in place of each that reads so. */
  | { readonly line: string; readonly becomes: string }
  /** Writes another line before the one that reads so. */
  | { readonly line: string; readonly before: string }

/**
 * The Corefile is at fault: one command that changes it and has CoreDNS read it, where it can be told what to
 * change; else `how` to edit it, in words.
 */
export function editCorefile(e: Evidence, how: string, edit?: Edit | readonly Edit[] | null) {
  const subject = corefileAt(e)
  const command = edit == null ? null : commandOf(e, [edit].flat())
  return { subject, cure: command ?? `${kubectlAt(e)} edit ${subject}; ${how}` }
}

/** The line of a plugin, where the Corefile has exactly one of that name and it stands alone in its line. */
export function lineOf(e: Evidence, plugin: string): string | undefined {
  const [line, ...others] = linesOf(e).filter((one) => one.split(/\s+/)[0] === plugin)
  return others.length > 0 ? undefined : line
}

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
    return { head: line, lines, has: lines.filter((one) => one.split(/\s+/)[0] === plugin) }
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

/** Where a plugin stands: `in its line 11, forward . 192.0.2.1, `; empty where that is not one line. */
export function placeOf(e: Evidence, plugin: string): string {
  const line = lineOf(e, plugin)
  if (line === undefined) return ''
  return `in its line ${String(linesOf(e).indexOf(line) + 1)}, ${line.replace(/ *\{$/, '')}, `
}

/** Without this target where the one line of the plugin has others, else without that line. */
export function withoutTarget(e: Evidence, plugin: string, target: string): Edit | null {
  const line = lineOf(e, plugin)
  const [, , ...targets] = line?.replace(/ \{$|\s+#.*$/g, '').split(/\s+/) ?? []
  if (line === undefined || !targets.includes(target)) return null
  return targets.length > 1 ? { inLine: plugin, of: ` ${target}`, by: '' } : { drop: line }
}

/** Without the blanks around them. */
export function linesOf(e: Evidence): readonly string[] {
  return (valueOf(e.corefile) ?? '').split('\n').map((line) => line.trim())
}

function commandOf(e: Evidence, edits: readonly Edit[]): string | null {
  const text = valueOf(e.corefile)
  if (text == null || dnsOf(e).corefile === null || !isPrintedInLines(text)) return null
  const changed = edits.reduce(applied, text)
  // A Corefile that serves no name of the cluster any more cures nothing.
  const zone = plainZone(e.wanted.domain)
  const serves = kubernetesIn(changed).some(({ zones }) => zones.includes(zone))
  if (changed === text || !serves || !hasTargets(changed) || edits.some(isOpenBlock)) return null
  const kubectl = kubectlAt(e)
  return [
    `${kubectl} get ${corefileAt(e)} -o yaml | sed ${quoted(edits.map(script).join('; '))} | ${kubectl} replace -f -`,
    restartDns(e) + remarks(e, edits),
  ].join(' && ')
}

/** CoreDNS takes no `forward` that has nobody to ask, such as what a target was taken from that stood before braces. */
function hasTargets(corefile: string): boolean {
  return pluginsOf(corefile).every(
    ({ name, args }) => (name !== 'forward' && name !== 'proxy') || args.length > 1,
  )
}

const FORWARDS = /^(?:forward|proxy) /

/** For whoever pastes it: a comment to the shell. */
function remarks(e: Evidence, edits: readonly Edit[]): string {
  const told = [
    edits.some((edit) => 'drop' in edit && FORWARDS.test(edit.drop))
      ? 'names of other domains have no answer until forward names a server'
      : [],
    // What was edited by hand is a conflict to the next run, unless it is the manifest's own text again.
    isChapters(e) ? 'a next run that reports a conflict takes --on-conflict adopt' : [],
  ].flat()
  return told.length === 0 ? '' : ` # ${told.join('; ')}`
}

/** Whether kubectl prints it as it stands, and not as one line in quotes. */
function isPrintedInLines(text: string): boolean {
  return !/\t|\r| $/m.test(text) && !text.startsWith(' ')
}

/** Without the lines that belong to it nothing would be left of a block but its end. */
function isOpenBlock(edit: Edit): boolean {
  return 'drop' in edit && /[{}]/.test(edit.drop)
}

function applied(text: string, edit: Edit): string {
  if ('drop' in edit) {
    const without = (part: string): string =>
      part
        .split('\n')
        .filter((line) => line.trim() !== edit.drop)
        .join('\n')
    if (!('inBlock' in edit)) return without(text)
    const from = text.indexOf(`${edit.inBlock}\n`)
    const to = text.indexOf('\n}', from)
    return text.slice(0, from) + without(text.slice(from, to)) + text.slice(to)
  }
  const lines = text.split('\n')
  if ('line' in edit) {
    const write = (line: string, text: string) => line.replace(edit.line, () => text)
    return lines
      .flatMap((line) => {
        if (line.trim() !== edit.line) return [line]
        return 'before' in edit ? [write(line, edit.before), line] : [write(line, edit.becomes)]
      })
      .join('\n')
  }
  return lines
    .map((line) =>
      line.trim().split(/\s+/)[0] === edit.inLine ? line.replace(edit.of, () => edit.by) : line,
    )
    .join('\n')
}

function script(edit: Edit): string {
  if ('drop' in edit) {
    const drop = `/^ *${literal(edit.drop)}$/d`
    // kubectl prints the text four blanks further in.
    return 'inBlock' in edit ? `/^    ${literal(edit.inBlock)}$/,/^    }$/{${drop};}` : drop
  }
  if ('line' in edit && 'before' in edit) {
    const line = literal(edit.line)
    return `/^ *${line}$/{h;s/${line}$/${replacement(edit.before)}/;p;x;}`
  }
  if ('line' in edit) {
    return String.raw`s/^\( *\)${literal(edit.line)}$/\1${replacement(edit.becomes)}/`
  }
  return `/^ *${literal(edit.inLine)} /s/${literal(edit.of)}/${replacement(edit.by)}/`
}

/** As a basic regular expression. */
function literal(text: string): string {
  return text.replace(/[\\/.*[\]^$]/g, String.raw`\$&`)
}

function replacement(text: string): string {
  return text.replace(/[\\/&]/g, String.raw`\$&`)
}
