import { corefile, deployment } from './broken.ts'
import { onHost, WORKERS } from './dns-cluster.ts'

const [W0] = WORKERS

/** What people have met, put on a lab: how the program tells it, and what it prints cures it. */
export type Case = {
  /** A sentence about the program. */
  readonly name: string
  /** By which command it is looked at: of the lab, or as of somebody's own cluster. */
  readonly asked: 'verify' | 'prove'
  readonly put: () => Promise<unknown>
  readonly code: string
  /** What is named, in the cause, the evidence or the cure. */
  readonly names: readonly RegExp[]
}

const iptables = (host: string, ...args: readonly string[]) =>
  onHost(host, 'iptables', '--wait', ...args)
const TO_53 = ['-p', 'udp', '--dport', '53'] as const

const addForward = (target: string) => (text: string) =>
  text.replace(/^( +)cache .*$/m, `$&\n$1forward . ${target}`)

export const CASES: readonly Case[] = [
  ...(['verify', 'prove'] as const).flatMap((asked): readonly Case[] => [
    {
      name: 'a name that forward is to ask is told as no address',
      ...{ asked, code: 'C13', names: [/dns\.consul\.svc\.cluster\.local/] },
      put: () => corefile(addForward('dns.consul.svc.cluster.local')),
    },
    {
      name: 'an option that its plugin does not have is told with its line',
      ...{ asked, code: 'C3', names: [/Corefile:\d+/, /nonsense/] },
      put: () => corefile((text) => text.replace(/^( +)pods insecure$/m, '$&\n$1nonsense 1')),
    },
    {
      name: 'a Corefile that is mounted under another name is told by the path',
      ...{ asked, code: 'C15', names: [/\/etc\/coredns\/Corefile/] },
      put: () =>
        deployment({
          volumes: [
            {
              name: 'config-volume',
              configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile.conf' }] },
            },
          ],
        }),
    },
  ]),
  ...FILTERS(),
]

/** A filter on one worker, in tables and chains where `iptables -S FORWARD` does not show it. */
function FILTERS(): readonly Case[] {
  const rules = [
    { table: 'raw', chain: 'PREROUTING', match: TO_53, jump: ['DROP'] },
    { table: 'mangle', chain: 'FORWARD', match: ['-p', 'udp', '--sport', '53'], jump: ['DROP'] },
    {
      ...{ table: 'filter', chain: 'FORWARD', match: TO_53 },
      jump: ['REJECT', '--reject-with', 'icmp-host-prohibited'],
    },
  ] as const
  return rules.map(({ table, chain, match, jump }): Case => ({
    name: `a rule of ${table} ${chain} that answers with ${jump[0]} is told, and taken off as printed`,
    ...{ asked: 'verify', code: 'D10' },
    names: [new RegExp(`${table}|-A ${chain}`), new RegExp(W0)],
    put: () => iptables(W0, '-t', table, '-A', chain, ...match, '-j', ...jump),
  }))
}
