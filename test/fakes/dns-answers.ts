import { decode, streamEncode } from 'dns-packet'
import type { Answer, Question } from 'dns-packet'
import { PROBER, type ProberRequest, PUT_PROBER } from '../../lib/ports/prober-commands.ts'
import { LOOKUPS, NAMES } from '../../lib/ports/lookup-script.ts'
import { wholeMessages } from '../../lib/dns/message.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { ExecResult } from '../../lib/ports/cluster.ts'
import { firstAddress } from '../../lib/inventory/address.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'

const AUTHORITATIVE = 1 << 10
const NXDOMAIN = 3
const SERVFAIL = 2

/** What a healthy CoreDNS knows of names. */
type Names = Inventory['cluster']

/** An exec of the prober in a healthy cluster; null for any other command. */
export function proberOf(argv: readonly string[], names: Names): ExecResult | null {
  const [program, mode, ...requests] = argv
  if (program !== PROBER || mode !== 'ask') return null
  const lines = [
    { resolvConf: confOf(names) },
    ...requests.map((text, id) => {
      const { name, type = 'A', server, count } = JSON.parse(text) as ProberRequest
      const found = searched(name, names, type, server === undefined)
      const message = Buffer.from(responseTo(0, { name: found, type }, names)).subarray(2)
      const sent = server === undefined ? 1 : count
      const answers = [{ what: message.toString('hex'), count: sent }]
      return { id, sent, lost: 0, p50: 300, p99: 900, max: 1200, answers }
    }),
  ]
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  return { code: 0, stdout: Buffer.from(text), stderr: '' }
}

/** What a runtime says of a probe that has no prober; anything else is not expected. */
export function noProber(argv: readonly string[]): never {
  const [prober = ''] = argv
  if (prober !== PROBER && prober !== PUT_PROBER) throw new Error(argv.join(' '))
  throw new StepError({
    problem: 'could not run it',
    seen: [`OCI runtime exec failed: exec: "${prober}": stat ${prober}: no such file or directory`],
    remedy: 'none',
  })
}

/** The absolute name that has an answer, by the search list of a pod in namespace default. */
function searched(name: string, names: Names, type: string, searches: boolean) {
  const bare = name.replace(/\.$/, '')
  const search = [`default.svc.${names.domain}`, `svc.${names.domain}`, names.domain]
  const all = searches && !name.endsWith('.') ? search.map((one) => `${bare}.${one}`) : []
  return all.find((one) => known(one, type, names).answers.length > 0) ?? bare
}

/** An exec of the lookup script in a healthy cluster; null for any other command. */
export function lookupsOf(argv: readonly string[], names: Names): ExecResult | null {
  const [, , script, , query = '', name = '', ...rest] = argv
  if (script !== LOOKUPS) return null
  const servers = rest.slice(0, rest.indexOf(NAMES))
  const octets = query.split('\\').slice(1)
  const asked = Uint8Array.from(octets, (octet) => Number.parseInt(octet, 8))
  const pieces = [
    `file /etc/resolv.conf\n${confOf(names)}`,
    ...servers.flatMap((server) => [
      `udp ${server}\n${saidOf(name, names)}`,
      `tcp ${server}\n ${Buffer.from(answerOf(asked, names)).toString('hex')}`,
    ]),
    ...rest.slice(servers.length + 1).map((one) => `name ${one}\n${saidOf(one, names)}`),
  ]
  return { code: 0, stdout: Buffer.from(pieces.map((one) => `${one}\n\x1e`).join('')), stderr: '' }
}

/** What a CoreDNS pod answers to queries over one TCP connection. */
export function answerOf(queries: Uint8Array, names: Names): Uint8Array {
  return Buffer.concat(wholeMessages(queries).map((query) => answerTo(query, names)))
}

function answerTo(query: Uint8Array, names: Names): Uint8Array {
  const asked = decode(Buffer.from(query).subarray(2))
  const [question] = asked.questions ?? []
  return responseTo(asked.id ?? 0, question ?? { name: '', type: 'A' }, names)
}

function responseTo(
  id: number,
  question: { readonly name: string; readonly type: string },
  names: Names,
): Uint8Array {
  const { answers, code } = known(question.name, question.type, names)
  return streamEncode({
    type: 'response',
    id,
    flags: AUTHORITATIVE | code,
    questions: [question as Question],
    answers,
    authorities: answers.length === 0 && code !== SERVFAIL ? [soa(names.domain)] : [],
  })
}

/** The resolv.conf of a pod in namespace default. */
export function confOf({ dnsAddress, domain }: Names): string {
  return `nameserver ${dnsAddress}\nsearch default.svc.${domain} svc.${domain} ${domain}\noptions ndots:5`
}

/** What busybox 1.35 says. */
function saidOf(name: string, names: Names): string {
  const head = `Server:\t\t${names.dnsAddress}\nAddress:\t${names.dnsAddress}:53\n\n`
  const full = `kubernetes.default.svc.${names.domain}`
  const address = firstAddress(names.serviceCIDR)
  if (name === address) {
    const reverse = address.split('.').reverse().join('.')
    return `${head}${reverse}.in-addr.arpa\tname = ${full}`
  }
  const asked = name === 'kubernetes' ? full : name
  const { answers, code } = known(asked.replace(/\.$/, ''), 'A', names)
  if (answers.length > 0) return `${head}Name:\t${full}\nAddress: ${address}`
  return `${head}** server can't find ${name}: ${code === SERVFAIL ? 'SERVFAIL' : 'NXDOMAIN'}`
}

function known(
  name: string,
  type: string,
  { domain, serviceCIDR }: Names,
): { readonly answers: Answer[]; readonly code: number } {
  const full = `kubernetes.default.svc.${domain}`
  const address = firstAddress(serviceCIDR)
  const base = { name, ttl: 5, class: 'IN' } as const
  if (name === full) {
    return { answers: type === 'A' ? [{ ...base, type: 'A', data: address }] : [], code: 0 }
  }
  if (name === `_https._tcp.${full}` && type === 'SRV') {
    const data = { priority: 0, weight: 100, port: 443, target: full }
    return { answers: [{ name, ttl: 5, class: 'IN', type: 'SRV', data }], code: 0 }
  }
  if (name.endsWith('.in-addr.arpa')) {
    return { answers: [{ ...base, type: 'PTR', data: full }], code: 0 }
  }
  return { answers: [], code: name.endsWith(domain) ? NXDOMAIN : SERVFAIL }
}

function soa(name: string): Answer {
  const data = { mname: `ns.dns.${name}`, rname: `hostmaster.${name}` }
  return {
    type: 'SOA',
    name,
    ttl: 5,
    data: { ...data, serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 5 },
  }
}
