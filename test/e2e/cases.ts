import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { logOf } from '../../lib/lab/daemon.ts'
import { hostFolder } from '../../lib/lab/layout.ts'
import { corefile, deployment } from './broken.ts'
import { lab, onHost, WORKERS } from './dns-cluster.ts'
import { assertCode } from './events.ts'
import { kubectl, labStatus, layout, pidsOf } from './lab.ts'
import { eventually } from './wait.ts'

const [W0, W1] = WORKERS
const DNS = ['-n', 'kube-system'] as const

/** What people have met, put on a lab: how the program tells it, and what it prints cures it. */
export type Case = {
  /** A sentence about the program. */
  readonly name: string
  /** By which command it is looked at: of the lab, or as of somebody's own cluster. */
  readonly asked: 'verify' | 'prove'
  /** With the inventory of the lab. */
  readonly put: (file: string) => Promise<unknown>
  readonly code: string
  /** What is named, in the cause, the evidence or the cure. */
  readonly names: readonly RegExp[]
  /** Takes off what the cure leaves, as others may use it. */
  readonly off?: () => Promise<unknown>
  /** What the cure mends is noticed in its own time, within a minute. */
  readonly heals?: true
}

const iptables = (host: string, ...args: readonly string[]) =>
  onHost(host, 'iptables', '--wait', ...args)
const TO_53 = (protocol: 'udp' | 'tcp') => ['-p', protocol, '--dport', '53'] as const

export const addForward = (target: string) => (text: string) =>
  text.replace(/^( +)cache .*$/m, `$&\n$1forward . ${target}`)

/** A Corefile that CoreDNS loads, and answers wrongly by. */
async function served(how: (text: string) => string): Promise<void> {
  await corefile(how)
  await kubectl([...DNS, 'rollout', 'status', 'deployment/coredns', '--timeout=60s'])
}

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
      name: 'a brace that was lost is told by the line before which it belongs',
      ...{ asked, code: 'C3', names: [/unknown property 'prometheus'/] },
      put: () => corefile((text) => text.replace(/^ +\}\n(?= +prometheus)/m, '')),
    },
    {
      name: 'a Corefile without what the kubelet asks for is told by plugin and port',
      ...{ asked, code: 'C19', names: [/\/ready on port 8181/, /no plugin ready/] },
      put: () => corefile((text) => text.replace(/^ +ready\n/m, '')),
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
  {
    name: 'hosts that answer for names of the cluster are told, and fall through as printed',
    ...{ asked: 'prove', code: 'C20', names: [/SERVFAIL for A kubernetes\.default/, /hosts/] },
    put: () =>
      served((text) =>
        text.replace(/^( +)ready\n/m, '$&$1hosts {\n$1  192.0.2.1 a.example\n$1}\n'),
      ),
  },
  {
    name: 'a template that denies a name for want of an address of the other family is told',
    ...{
      asked: 'prove',
      code: 'C20',
      names: [/NXDOMAIN for AAAA kubernetes\.default/, /NOERROR/],
    },
    put: () =>
      served((text) =>
        text.replace(/^( +)ready\n/m, '$&$1template ANY AAAA {\n$1  rcode NXDOMAIN\n$1}\n'),
      ),
  },
  {
    name: 'a plugin that a header with several zones starts once for each is told, and started once as printed',
    ...{ asked: 'prove', code: 'A18', names: [/:8080/, /in-addr\\\.arpa:53/] },
    put: () =>
      corefile((text) =>
        text
          .replace(/^\.:53 \{$/m, 'cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {')
          .replace(/^( +kubernetes) .*\{$/m, '$1 {'),
      ),
  },
  ...(['verify', 'prove'] as const).flatMap((asked): readonly Case[] => [
    {
      name: 'an EndpointSlice made by hand that leads to nobody is told, and deleted as printed',
      ...{ asked, code: 'D6', names: [/10\.200\.1\.99/, /endpointslice\/kube-dns-old/] },
      put: () => kubectl(['apply', '-f', '-'], FORGOTTEN_SLICE),
      heals: true,
    },
    {
      name: 'a CoreDNS that was scaled to nothing is told, and scaled up as printed',
      ...{ asked, code: 'A25', names: [/0 replicas/] },
      put: async () => {
        await kubectl([...DNS, 'scale', 'deployment/coredns', '--replicas=0'])
        await eventually('its pods are gone', async () => {
          return (
            (await kubectl([...DNS, 'get', 'pods', '-l', 'k8s-app=kube-dns', '-o', 'name'])) === ''
          )
        })
      },
    },
  ]),
  {
    name: 'pods of somebody else with the label of CoreDNS are told, and lose it as printed',
    ...{ asked: 'verify', code: 'D19', names: [/Deployment dns-test/, /answers nobody/] },
    put: async () => {
      await kubectl(['apply', '-f', '-'], await likeCoredns())
      await kubectl([...DNS, 'rollout', 'status', 'deployment/dns-test', '--timeout=60s'])
    },
    off: () => kubectl([...DNS, 'delete', 'deployment', 'dns-test']),
  },
  ...FILTERS(),
  {
    name: 'a CNI configuration of somebody else that sorts first is moved away',
    ...{ asked: 'verify', code: 'E1', names: [/00-crio-bridge\.conflist/, new RegExp(W1)] },
    put: async () => {
      await writeFile(join(cniFolder(W1), '00-crio-bridge.conflist'), CRIO)
      // A restart puts the new pods beside the old ones, on either worker.
      await eventually(`${W1} has read it`, async () => {
        await kubectl([...DNS, 'delete', 'pod', '-l', 'k8s-app=kube-dns', '--grace-period=1'])
        const ips = await kubectl([
          ...DNS,
          'get',
          'pods',
          '-o',
          'jsonpath={.items[*].status.podIP}',
        ])
        return ips.includes('10.85.')
      })
    },
    // What its plugin leaves on the host.
    off: () => onHost(W1, 'ip', 'link', 'delete', 'crio0'),
  },
  {
    name: 'a kube-proxy that may not read is bound to its role again',
    // Whose complaint is quoted is open: the other one's watch may have ended meanwhile as well.
    ...{ asked: 'verify', code: 'D8', names: [/system:kube-proxy/] },
    put: async (file) => {
      await kubectl(['delete', 'clusterrolebinding', 'system:node-proxier'])
      process.kill(await pidOf(file, `${W1}/kube-proxy`))
      assertCode(await lab(file, 'up'), 0)
      await kubectl([...DNS, 'rollout', 'restart', 'deployment/coredns'])
      await kubectl([...DNS, 'rollout', 'status', 'deployment/coredns', '--timeout=60s'])
      // It has to say so for a while before it is believed.
      await eventually('kube-proxy has complained for a while', async () => {
        const log = await readFile(logOf(layout, W1, 'kube-proxy'), 'utf8')
        return log.split('is forbidden').length > 4
      })
    },
    heals: true,
  },
  {
    name: 'a kubelet that hangs is told from one that is not there, and restarted as printed',
    ...{ asked: 'verify', code: 'G9', names: [new RegExp(`lab restart ${W1} kubelet`)] },
    put: async (file) => process.kill(await pidOf(file, `${W1}/kubelet`), 'SIGSTOP'),
  },
]

/** As somebody writes one for a server that was there once. */
const FORGOTTEN_SLICE = JSON.stringify({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    ...{ name: 'kube-dns-old', namespace: 'kube-system' },
    labels: { 'kubernetes.io/service-name': 'kube-dns' },
  },
  addressType: 'IPv4',
  ports: (['UDP', 'TCP'] as const).map((protocol) => {
    return { name: protocol === 'UDP' ? 'dns' : 'dns-tcp', port: 53, protocol }
  }),
  endpoints: [{ addresses: ['10.200.1.99'], conditions: { ready: true } }],
})

/** Whoever has copied a Deployment of CoreDNS has its label as well. */
async function likeCoredns(): Promise<string> {
  const runs = ['-o', 'jsonpath={.spec.containers[0].image}']
  const image = (await kubectl(['get', 'pod', 'busybox', ...runs])).trim()
  const own = { app: 'dns-test' }
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'dns-test', namespace: 'kube-system' },
    spec: {
      selector: { matchLabels: own },
      template: {
        metadata: { labels: { ...own, 'k8s-app': 'kube-dns' } },
        spec: { containers: [{ name: 'main', image, command: ['sleep', '3600'] }] },
      },
    },
  })
}

async function pidOf(file: string, daemon: string): Promise<number> {
  const pid = pidsOf(await labStatus(file))[daemon]
  assert.ok(typeof pid === 'number')
  return pid
}

/** A filter on one worker, in tables, chains and backends where `iptables -S FORWARD` does not show it. */
function FILTERS(): readonly Case[] {
  const rules = [
    { table: 'raw', chain: 'PREROUTING', match: TO_53('udp'), jump: ['DROP'] },
    { table: 'mangle', chain: 'FORWARD', match: ['-p', 'tcp', '--sport', '53'], jump: ['DROP'] },
    {
      ...{ table: 'filter', chain: 'FORWARD', match: TO_53('tcp') },
      jump: ['REJECT', '--reject-with', 'icmp-host-prohibited'],
    },
  ] as const
  const common = { asked: 'verify', code: 'D10' } as const
  return [
    ...rules.map(({ table, chain, match, jump }): Case => ({
      name: `a rule of ${table} ${chain} that answers with ${jump[0]} is told, and taken off as printed`,
      ...{ ...common, names: [new RegExp(`${table}|-A ${chain}`), new RegExp(W0)] },
      put: () => iptables(W0, '-t', table, '-A', chain, ...match, '-j', ...jump),
    })),
    {
      name: 'a rule of the other backend of iptables is told, and taken off as printed',
      ...{ ...common, names: [/iptables-legacy/, /INPUT|FORWARD/] },
      put: () => onHost(W0, 'iptables-legacy', '-A', 'FORWARD', ...TO_53('tcp'), '-j', 'DROP'),
    },
    {
      name: 'a rule in a chain that FORWARD jumps to is told, and taken off as printed',
      ...{ ...common, names: [/MY-FW/, /FORWARD/] },
      put: async () => {
        await iptables(W0, '-N', 'MY-FW')
        await iptables(W0, '-A', 'MY-FW', ...TO_53('tcp'), '-j', 'DROP')
        await iptables(W0, '-I', 'FORWARD', '-j', 'MY-FW')
      },
      off: async () => {
        await iptables(W0, '-D', 'FORWARD', '-j', 'MY-FW')
        await iptables(W0, '-X', 'MY-FW')
      },
    },
    {
      name: 'a table of nft beside those of iptables is told, and its rule taken off as printed',
      ...{ ...common, names: [/inet firewalld/, /filter_FORWARD/] },
      put: () => onHost(W0, 'nft', FIREWALLD),
      off: () => onHost(W0, 'nft', 'delete', 'table', 'inet', 'firewalld'),
    },
    {
      name: 'a filter between a host and its own pods is told, and taken off as printed',
      ...{ ...common, names: [/OUTPUT/, new RegExp(W1)] },
      put: async () => {
        const probes = ['-d', '10.200.0.0/16', '-p', 'tcp', '--dport', '8181'] as const
        await iptables(W1, '-I', 'OUTPUT', ...probes, '-j', 'DROP')
        await kubectl([...DNS, 'rollout', 'restart', 'deployment/coredns'])
      },
    },
  ]
}

const FIREWALLD = [
  'add table inet firewalld',
  'add chain inet firewalld filter_FORWARD { type filter hook forward priority filter + 10; }',
  'add rule inet firewalld filter_FORWARD tcp dport 53 counter reject with icmpx admin-prohibited',
].join('; ')

/** As CRI-O's package brings it. */
const CRIO = JSON.stringify({
  cniVersion: '0.4.0',
  name: 'crio',
  plugins: [
    {
      type: 'bridge',
      bridge: 'crio0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: '10.85.0.0/16' }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
  ],
})

function cniFolder(worker: string): string {
  return join(hostFolder(layout, worker), 'cni-conf')
}
