import type { WrongAnswer } from '../../core/look-data.ts'
import { isIn } from '../../corefile/outside.ts'
import {
  type Block,
  blocksOf,
  kubernetesIn,
  plainZone,
  type Plugin,
} from '../../corefile/plugins.ts'
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
      'A CoreDNS pod that is asked past the network answers wrongly, and its Corefile has template, hosts, acl, rewrite or a server block of its own for such names.',
    cure: 'Let hosts fall through, template answer NOERROR for a type that names have not, acl and rewrite leave such names alone, and a server block of its own have the plugin kubernetes.',
    find: (e) => {
      const [wrong] = wrongAnswers(e)
      const serving = wrong === undefined ? undefined : blockFor(e, wrong.name)
      if (wrong === undefined || serving === undefined) return null
      const { zone, block } = serving
      if (!block.plugins.some(({ name }) => name === 'kubernetes')) {
        return byOtherBlock(e, zone, block, wrong)
      }
      const plugin = block.plugins.find((one) => answers(one, block, wrong))
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

/** The server block that serves a name is that of the longest zone. */
function blockFor(e: Evidence, name: string) {
  const all = blocksOf(corefileText(e)).flatMap((block) =>
    block.zones.filter((zone) => isIn(name, zone)).map((zone) => ({ zone, block })),
  )
  return all.toSorted((a, b) => b.zone.length - a.zone.length)[0]
}

/** A block of a longer zone takes these names from the one that has the plugin kubernetes, such as one for a company's reverse zone. */
function byOtherBlock(e: Evidence, zone: string, block: Block, wrong: WrongAnswer): Finding | null {
  const { type, name, got } = wrong
  const served = kubernetesIn(corefileText(e)).flatMap(({ zones }) => zones)
  if (block.imports || !served.some((one) => isIn(name, one))) return null
  const words = block.plugins.map((plugin) => [plugin.name, ...plugin.args].join(' '))
  const line = onlyLine(linesOf(e), (one) => words.includes(one) && /^(?:forward|proxy) /.test(one))
  const domain = plainZone(e.wanted.domain)
  // Of a reverse zone others know more; the plugin takes none without another zone.
  const lines = zone.endsWith('.arpa')
    ? [`kubernetes ${domain} ${zone} {`, 'fallthrough', '}']
    : [`kubernetes ${domain}`]
  return permanent({
    cause: `CoreDNS answers ${got} for ${type} ${name} by its server block ${zone}, which has no plugin kubernetes and takes such names from the one that has`,
    evidence: `Corefile: ${zone} { ${words.join('; ')} }; a CoreDNS pod says ${got} for ${type} ${name}`,
    ...editCorefile(
      e,
      `let its server block ${zone} have the plugin ${lines.join(' ⏎ ')}; then ${restartDns(e)}`,
      line === undefined ? null : lines.map((before) => ({ line, before })),
    ),
  })
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
  if (name === 'rewrite') return [args, ...options].some((rule) => rewrites(rule, wrong.name))
  // Of a name that they do not have: SERVFAIL up to some CoreDNS after 1.6.2.
  const denied = ['NXDOMAIN', 'SERVFAIL'].includes(wrong.got)
  return name === 'hosts' && denied && !has('fallthrough') && covers(args.slice(1))
}

/** `[continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO` (plugin/rewrite of CoreDNS); names end with a dot there. */
function rewrites(rule: readonly string[], name: string): boolean {
  const words = /^(?:continue|stop)$/.test(rule[0] ?? '') ? rule.slice(1) : rule
  if (words[0] !== 'name') return false
  const [kind, from = ''] = words.length > 3 ? words.slice(1) : ['exact', words[1]]
  const dotted = plainZone(from) + '.'
  if (kind === 'prefix') return name.startsWith(from)
  if (kind === 'substring') return name.includes(from)
  if (kind === 'suffix') return name.endsWith(dotted)
  return kind === 'regex' ? matches(from, name) : name === dotted
}

/** What JavaScript cannot read of Go's expressions is not told. */
function matches(expression: string, name: string): boolean {
  try {
    return new RegExp(expression).test(name)
  } catch {
    return false
  }
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
