import { quoted } from '../core/shell.ts'
import { kubernetesIn, plainZone } from '../dns/corefile.ts'
import { corefileAt, dnsOf, kubectlAt, restartDns } from '../evidence/cluster-dns.ts'
import { type Evidence, valueOf } from '../evidence/evidence.ts'

/** A change of a Corefile, as sed makes it line by line. */
export type Edit =
  /** Leaves out each line that reads so, blanks before it aside. */
  | { readonly drop: string }
  /** Writes the second in the first one's place, in lines that begin with this word. */
  | { readonly inLine: string; readonly of: string; readonly by: string }

/**
 * The Corefile is at fault: one command that changes it and has CoreDNS read it, where it can be told what to
 * change; else `how` to edit it, in words.
 */
export function editCorefile(e: Evidence, how: string, edit?: Edit | null) {
  const subject = corefileAt(e)
  const command = edit == null ? null : commandOf(e, edit)
  return { subject, cure: command ?? `${kubectlAt(e)} edit ${subject}; ${how}` }
}

/** The line of a plugin, where the Corefile has exactly one of that name and it stands alone in its line. */
export function lineOf(e: Evidence, plugin: string): string | undefined {
  const [line, ...others] = linesOf(e).filter((one) => one.split(/\s+/)[0] === plugin)
  return others.length > 0 ? undefined : line
}

/** A line by its number, from 1. */
export function lineAt(e: Evidence, number: number): string | undefined {
  return linesOf(e)[number - 1]
}

/** Without this target where the one line of the plugin has others, else without that line. */
export function withoutTarget(e: Evidence, plugin: string, target: string): Edit | null {
  const line = lineOf(e, plugin)
  const [, , ...targets] = line?.replace(/ \{$/, '').split(/\s+/) ?? []
  if (line === undefined || !targets.includes(target)) return null
  return targets.length > 1 ? { inLine: plugin, of: ` ${target}`, by: '' } : { drop: line }
}

function linesOf(e: Evidence): readonly string[] {
  return (valueOf(e.corefile) ?? '').split('\n').map((line) => line.trim())
}

function commandOf(e: Evidence, edit: Edit): string | null {
  const text = valueOf(e.corefile)
  if (text == null || dnsOf(e).corefile === null || !isPrintedInLines(text)) return null
  const changed = applied(text, edit)
  // A Corefile that serves no name of the cluster any more cures nothing.
  const zone = plainZone(e.wanted.domain)
  const serves = kubernetesIn(changed).some(({ zones }) => zones.includes(zone))
  if (changed === text || !serves || isOpenBlock(edit)) return null
  const kubectl = kubectlAt(e)
  return [
    `${kubectl} get ${corefileAt(e)} -o yaml | sed ${quoted(script(edit))} | ${kubectl} replace -f -`,
    `${restartDns(e)}${'drop' in edit && FORWARDS.test(edit.drop) ? UNTIL : ''}`,
  ].join(' && ')
}

const FORWARDS = /^(?:forward|proxy) /
/** For whoever pastes it: a comment to the shell. */
const UNTIL = ' # names of other domains have no answer until forward names a server'

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
    return text
      .split('\n')
      .filter((line) => line.trim() !== edit.drop)
      .join('\n')
  }
  return text
    .split('\n')
    .map((line) =>
      line.trim().split(/\s+/)[0] === edit.inLine ? line.replace(edit.of, () => edit.by) : line,
    )
    .join('\n')
}

function script(edit: Edit): string {
  if ('drop' in edit) return `/^ *${literal(edit.drop)}$/d`
  return `/^ *${literal(edit.inLine)} /s/${literal(edit.of)}/${replacement(edit.by)}/`
}

/** As a basic regular expression. */
function literal(text: string): string {
  return text.replace(/[\\/.*[\]^$]/g, String.raw`\$&`)
}

function replacement(text: string): string {
  return text.replace(/[\\/&]/g, String.raw`\$&`)
}
