import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmod,
  copyFile,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { programsContext } from '../../lib/cli/project.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { kubelet, kubeletFile } from '../../lib/lab/daemons/kubelet.ts'
import { allKinds } from '../../lib/linux/kinds.ts'
import { linuxHost } from '../../lib/linux/linux.ts'
import {
  deploy,
  hopsIn,
  lab,
  onHost,
  proofsIn,
  prove,
  toldIn,
  untilServers,
  WORKERS,
} from './dns-cluster.ts'
import {
  CACHE_ADDRESS,
  DEPLOYMENTS,
  DNS_ADDRESS,
  handWrittenSlice,
  nodeCache,
  objectsOf,
  serversOf,
  serviceObject,
} from './dns-deployments.ts'
import { assertCode } from './events.ts'
import { inventory, LAB, NETWORK } from './inventory.ts'
import { kubectl, labDown, layout } from './lab.ts'
import { noLab } from './no-lab.ts'
import { eventually } from './wait.ts'

/** DNS is followed hop by hop, also where these lead over caches, kubelets that differ and processes on hosts. */
const skip = noLab
const FILE = inventory({ size: '1+2' })
const [W0, W1] = WORKERS
const CONTROLLER = `${LAB}m0`
let folder = ''

before(async () => {
  if (noLab !== false) return
  folder = await mkdtemp(join(tmpdir(), 'hardway-hops-'))
  await labDown()
  assertCode(await lab(FILE, 'up'), 0)
  await deploy([...objectsOf(DEPLOYMENTS.kubeadm)])
  await untilServers('kube-dns', 'kube-system', 2)
})

after(async () => {
  if (noLab !== false) return
  await rm(folder, { recursive: true, force: true })
  await labDown()
})

/** Has the kubelets of these workers give pods this server. */
async function kubeletsGive(address: string, names: readonly string[] = WORKERS): Promise<void> {
  const wanted = await loadInventory(FILE)
  const cluster = { ...wanted.cluster, dnsAddress: address }
  const host = linuxHost({
    kinds: allKinds(programsContext(), new AbortController().signal),
    ...{ readOnly: false, onWrite: () => undefined },
  })
  for (const worker of wanted.lab.workers.filter(({ name }) => names.includes(name))) {
    const file = kubeletFile({ inventory: { ...wanted, cluster }, layout }, worker)
    await host.put([file, kubelet({ inventory: wanted, layout }, worker)], () => undefined)
    await eventually(`the kubelet of ${worker.name} to give ${address}`, async () => {
      const path = `/api/v1/nodes/${worker.name}/proxy/configz`
      const config = await kubectl(['get', '--raw', path]).catch(() => '')
      return config.includes(`"clusterDNS":["${address}"]`)
    })
  }
}

test(
  'kubelets that differ are told, and are a fault where that breaks names',
  { skip },
  async () => {
    await kubeletsGive('10.32.0.100', [W0])
    try {
      const ended = await prove()
      assertCode(ended, 4)
      const hops = hopsIn(ended)
      assert.ok(
        hops.includes(`differs: kubelet of ${W0}: 10.32.0.100, domain cluster.local`),
        hops.join('\n'),
      )
      assert.match(toldIn(ended), /^\[F1\]/m)
    } finally {
      await kubeletsGive(DNS_ADDRESS, [W0])
    }
  },
)

test(
  'a cache on each node is found and asked, where all or only some kubelets give it',
  { skip },
  async () => {
    for (const worker of WORKERS)
      await onHost(worker, 'ip', 'addr', 'add', `${CACHE_ADDRESS}/32`, 'dev', 'lo')
    await deploy([...objectsOf(DEPLOYMENTS.kubeadm), ...serversOf(nodeCache)])
    await untilServers('kube-dns', 'kube-system', 2)
    try {
      await kubeletsGive(CACHE_ADDRESS, [W0])
      const some = await prove()
      assertCode(some, 0)
      assert.ok(
        hopsIn(some).includes(`differs: kubelet of ${W0}: ${CACHE_ADDRESS}, domain cluster.local`),
      )
      await kubeletsGive(CACHE_ADDRESS, [W1])
      const ended = await prove()
      assertCode(ended, 0)
      const hops = hopsIn(ended)
      assert.ok(
        hops.includes(`pods ask: ${CACHE_ADDRESS} for cluster.local, say 2 of 2 kubelets`),
        hops.join('\n'),
      )
      assert.ok(hops.includes('cache: daemonset.apps/node-local-dns, on each node'))
      assert.match(proofsIn(ended)['dns-from-everywhere'] ?? '', /^2 workers, 4 servers,/)
      await onHost(W1, 'ip', 'addr', 'del', `${CACHE_ADDRESS}/32`, 'dev', 'lo')
      const broken = await prove()
      assertCode(broken, 4)
      assert.match(toldIn(broken), new RegExp(`${W1} -> ${CACHE_ADDRESS} UDP: 0 of 100 answered`))
    } finally {
      await kubeletsGive(DNS_ADDRESS)
    }
  },
)

test(
  'processes on hosts are proven, behind endpoints that were written by hand',
  { skip },
  async () => {
    const program = join(folder, 'coredns')
    await copyFile(await runningCoredns(), program)
    await chmod(program, 0o755)
    const corefile = join(folder, 'Corefile')
    const lines = [
      ...['.:53 {', 'errors', 'kubernetes cluster.local in-addr.arpa ip6.arpa {'],
      `    kubeconfig ${layout.adminKubeconfig} hardway-${LAB}`,
      ...['    pods insecure', '    fallthrough in-addr.arpa ip6.arpa', '}', 'cache 30', '}', ''],
    ]
    await writeFile(corefile, lines.join('\n'))
    const address = `${NETWORK}.200`
    const slice = [
      serviceObject('kube-dns', 'kube-system', null),
      handWrittenSlice('kube-dns', 'kube-system', address),
    ]
    const server: ChildProcess = spawn(
      'ip',
      ['netns', 'exec', CONTROLLER, program, '-conf', corefile],
      { stdio: 'ignore' },
    )
    try {
      await deploy(slice)
      await eventually('an answer of the process', async () => {
        const asked = await onHost(CONTROLLER, 'ss', '-lun').catch(() => '')
        return /:53\s/.test(asked)
      })
      const ended = await prove()
      assertCode(ended, 0)
      assert.ok(hopsIn(ended).includes(`server: ${address}`))
      assert.equal(proofsIn(ended)['dns-servers'], `no pods, but ${address}`)
      assert.match(proofsIn(ended)['dns-from-everywhere'] ?? '', /^2 workers, 2 servers,/)
      const endpoints = {
        ...{ apiVersion: 'v1', kind: 'Endpoints' },
        metadata: { name: 'kube-dns', namespace: 'kube-system' },
        subsets: [
          {
            addresses: [{ ip: address }],
            ports: [
              { name: 'dns', port: 53, protocol: 'UDP' },
              { name: 'dns-tcp', port: 53, protocol: 'TCP' },
            ],
          },
        ],
      }
      await deploy([serviceObject('kube-dns', 'kube-system', null), endpoints])
      await untilServers('kube-dns', 'kube-system', 1)
      assertCode(await prove(), 0)
      server.kill('SIGKILL')
      const broken = await prove()
      assertCode(broken, 4)
      assert.match(toldIn(broken), new RegExp(`${W0} -> ${address} UDP: 0 of 100 answered`))
    } finally {
      server.kill('SIGKILL')
    }
  },
)

/** The program of a container of this lab, as the machine sees it. */
async function runningCoredns(): Promise<string> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const program = await readlink(`/proc/${pid}/exe`).catch(() => '')
    if (program !== '/coredns') continue
    const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
    if (groups.includes(`/${layout.cgroup}/`)) return `/proc/${pid}/root/coredns`
  }
  throw new Error('no CoreDNS of this lab runs')
}
