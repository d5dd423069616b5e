import type { WrongAnswer } from '../../core/look-data.ts'
import { isIn } from '../../corefile/outside.ts'
import { type Block, blocksOf, plainZone, type Plugin } from '../../corefile/plugins.ts'
import { restartDns } from '../../evidence/cluster-dns.ts'
import { corefileText } from '../../evidence/corefile-text.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import { strangerAt } from '../../evidence/pods.ts'
import type { Edit } from '../corefile-edit/edit.ts'
import { editCorefile } from '../corefile-edit/edit-corefile.ts'
import { linesOf, onlyLine } from '../corefile-edit/lines.ts'
import { type Finding, permanent, rule, type Rule } from '../rule.ts'

/** What of a Corefile answers for names of the cluster before the plugin kubernetes is asked. */
export const answeredBeforeRules: readonly Rule[] = [
  rule('C20', 'client', 'Answered before kubernetes', {
    symptom: 'CoreDNS is ready and forwards well, and names of the cluster get wrong answers.',
    proof:
      'A CoreDNS pod that is asked past the network answers wrongly, and its Corefile has template, hosts or acl for such names.',
    cure: 'Let hosts fall through, template answer NOERROR for a type that names have not, and acl leave pods alone.',
    find: (e) => {
      const [wrong] = wrongAnswers(e)
      if (wrong === undefined) return null
      const block = blockFor(e, wrong.name)
      const [plugin] = block?.plugins.filter((one) => answers(one, block, wrong)) ?? []
      return plugin === undefined ? null : foundIn(e, plugin, wrong)
    },
  }),
]

function wrongAnswers(e: Evidence): readonly WrongAnswer[] {
  // What somebody else's pods say is not in this Corefile.
  const cells = (valueOf(e.matrix)?.cells ?? []).filter(
    ({ target }) => strangerAt(e, target.address) === undefined,
  )
  return cells.flatMap((cell) => cell.wrongAnswers ?? [])
}

/** The server block that serves a name is that of the longest zone; it is told only where kubernetes is in it. */
function blockFor(e: Evidence, name: string): Block | undefined {
  const all = blocksOf(corefileText(e)).flatMap((block) =>
    block.zones.filter((zone) => isIn(name, zone)).map((zone) => ({ zone, block })),
  )
  const [first] = all.toSorted((a, b) => b.zone.length - a.zone.length)
  return first?.block.plugins.some((one) => one.name === 'kubernetes') ? first.block : undefined
}

/** By the order in which CoreDNS asks its plugins (plugin.cfg), these come before kubernetes. */
function answers({ name, args, options }: Plugin, { zones }: Block, wrong: WrongAnswer): boolean {
  const covers = (own: readonly string[]): boolean =>
    (own.length > 0 ? own.map(plainZone) : zones).some((zone) => isIn(wrong.name, zone))
  const has = (option: string): boolean => options.some(([word]) => word === option)
  if (name === 'acl') return wrong.got === 'REFUSED'
  if (name === 'template') {
    const [, type = '', ...own] = args
    return ['ANY', wrong.type].includes(type.toUpperCase()) && !has('match') && covers(own)
  }
  // Of a name that they do not have: SERVFAIL up to some CoreDNS after 1.6.2.
  const denied = ['NXDOMAIN', 'SERVFAIL'].includes(wrong.got)
  return name === 'hosts' && denied && !has('fallthrough') && covers(args.slice(1))
}

function foundIn(e: Evidence, plugin: Plugin, { type, name, got }: WrongAnswer): Finding {
  const options = plugin.options.map((words) => words.join(' ')).join('; ')
  return permanent({
    cause: `CoreDNS answers ${got} for ${type} ${name} by its plugin ${plugin.name}, before it asks its plugin kubernetes`,
    evidence: `Corefile: ${[plugin.name, ...plugin.args].join(' ')}${options === '' ? '' : ` { ${options} }`}; a CoreDNS pod says ${got} for ${type} ${name}`,
    ...cureOf(e, plugin, got),
  })
}

function cureOf(e: Evidence, { name, options }: Plugin, got: string) {
  const next = `then ${restartDns(e)}`
  if (name === 'hosts') {
    const how = `let its plugin hosts have the option fallthrough, behind all others; ${next}`
    return editCorefile(e, how, fallingThrough(e, options.at(-1)))
  }
  if (name === 'template' && got === 'NXDOMAIN') {
    const line = lineOfWords(e, ['rcode', 'NXDOMAIN'])
    const edit: Edit | null = line === undefined ? null : { line, becomes: 'rcode NOERROR' }
    return editCorefile(e, `let its plugin template answer NOERROR; ${next}`, edit)
  }
  return editCorefile(e, `let its plugin ${name} leave names of the cluster alone; ${next}`)
}

/** Behind the last option, in whose place it is written first: what stands behind `fallthrough` hosts refuses as an entry. */
function fallingThrough(e: Evidence, last: readonly string[] | undefined): readonly Edit[] | null {
  const line = lineOfWords(e, last)
  if (line === undefined || linesOf(e).includes('fallthrough')) return null
  return [
    { line, becomes: 'fallthrough' },
    { line: 'fallthrough', before: line },
  ]
}

/** The one line of the Corefile that has these words. */
function lineOfWords(e: Evidence, words: readonly string[] | undefined): string | undefined {
  return onlyLine(linesOf(e), (line) => line.split(/\s+/).join(' ') === words?.join(' '))
}
