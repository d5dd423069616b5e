import { quoted } from '../../core/shell.ts'
import { kubernetesIn, plainZone, pluginsOf } from '../../corefile/plugins.ts'
import { corefileAt, dnsOf, isChapters, kubectlAt, restartDns } from '../../evidence/cluster-dns.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import { applied, type Edit, script } from './edit.ts'

/**
 * The Corefile is at fault: one command that changes it and has CoreDNS read it, where it can be told what to
 * change; else `how` to edit it, in words.
 */
export function editCorefile(e: Evidence, how: string, edit?: Edit | readonly Edit[] | null) {
  const subject = corefileAt(e)
  const command = edit == null ? null : commandOf(e, [edit].flat())
  return { subject, cure: command ?? `${kubectlAt(e)} edit ${subject}; ${how}` }
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
