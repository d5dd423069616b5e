import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROJECT_FOLDER, programsContext } from '../lib/cli/project.ts'
import { PROBES } from '../lib/dns/probe-pods.ts'
import { askCommand, PROBER } from '../lib/ports/prober-commands.ts'
import { run } from '../lib/process/command.ts'
import { binOf, layoutOf } from '../lib/lab/layout.ts'
import { families } from '../lib/supply/pins.ts'
import { lookPrograms } from '../lib/supply/programs/cache.ts'
import { account } from './account.ts'
import { type Figure, line, ratios } from './figures.ts'
import { kubectlLookOn, kubectlReplay, kubectlUndo } from './kubectl.ts'
import { labProcesses, memoryOf } from './lab-processes.ts'
import { runOnce, type Run } from './measure.ts'
import { processorOf, truthOf } from './prober.ts'

const ROUNDS = 5
/** No round begins later than this; figures of fewer rounds say so by their n. */
const MOST_MS = 10 * 60 * 1000

/** A lab of its own beside the user's, so that nobody's chapter is rolled back for a figure. */
const INVENTORY = `target: lab
lab:
  name: bench
  network: 192.168.197.0/24
  machine: 192.168.197.1
  controllers:
    - { name: bench-c0, address: 192.168.197.200 }
    - { name: bench-c1, address: 192.168.197.201 }
    - { name: bench-c2, address: 192.168.197.202 }
  workers:
    - { name: bench-w0, address: 192.168.197.210, podCIDR: 10.200.0.0/24 }
    - { name: bench-w1, address: 192.168.197.211, podCIDR: 10.200.1.0/24 }
    - { name: bench-w2, address: 192.168.197.212, podCIDR: 10.200.2.0/24 }
`

const folder = await mkdtemp(join(tmpdir(), 'hardway-bench-'))
const inventory = join(folder, 'inventory.yaml')
const layout = layoutOf('bench')
const program = join(PROJECT_FOLDER, 'run.ts')
const node = (...words: string[]) => [process.execPath, program, ...words, '--inventory', inventory]
const npx = (...words: string[]) => ['npx', 'tsx', program, ...words, '--inventory', inventory]
const kubectl = {
  program: join(binOf(layout, 'kubernetes'), 'kubectl'),
  kubeconfig: layout.adminKubeconfig,
  manifest: join(PROJECT_FOLDER, 'manifests/coredns-1.6.2.yaml'),
}

const runs = async (argv: readonly string[], memory = false): Promise<Run> => {
  const ran = await runOnce(argv, folder, memory)
  if (ran.code !== 0) throw new Error(`${argv.join(' ')}: exit code ${ran.code}\n${ran.stdout}`)
  return ran
}
const seconds = async (work: () => Promise<void>): Promise<number> => {
  const since = performance.now()
  await work()
  return (performance.now() - since) / 1000
}
const say = (figure: Figure) => console.log(line(figure))
const isLate = () => performance.now() > MOST_MS
async function times<T>(work: (round: number) => Promise<T>): Promise<T[]> {
  const all = [await work(0)]
  while (all.length < ROUNDS && !isLate()) all.push(await work(all.length))
  return all
}

/** From nothing, programs cached: seconds until all nodes are Ready, until the chapter is proven, and where they went. */
async function labFromNothing(): Promise<void> {
  const rounds = await times(async (round) => {
    if (round > 0) await runs(node('lab', 'down'))
    const since = Date.now()
    const { stdout, wall } = await runs([...node(), '--json'])
    const ready = stdout
      .split('\n')
      .find((one) => one.includes('"type":"step-done"') && one.includes('"step":"start-workers"'))
    const at = Date.parse(/"time":"([^"]+)"/.exec(ready ?? '')?.[1] ?? '')
    const memory = await memoryOf(await labProcesses('bench-'))
    return { ready: (at - since) / 1000, wall, memory, stdout }
  })
  const of = (key: 'ready' | 'wall' | 'memory') => rounds.map((one) => one[key])
  say({ name: 'lab from nothing: all nodes Ready', values: of('ready'), unit: 's', target: 12 })
  say({ name: 'lab from nothing: chapter proven', values: of('wall'), unit: 's', target: 19 })
  console.log(account(rounds.map(({ stdout }) => stdout)).join('\n'))
  say({ name: 'memory of lab and chapter', values: of('memory'), unit: 'GiB', target: 1.6 })
}

/** The first line, beyond what a script that does nothing takes. */
async function startUp(): Promise<void> {
  const empty = join(folder, 'empty.ts')
  await writeFile(empty, '')
  for (const [name, ours, nothing] of [
    ['node run.ts', node(), [process.execPath, empty]],
    ['npx tsx run.ts', npx(), ['npx', 'tsx', empty]],
  ] as const) {
    await runs(ours)
    const values = await times(async () => {
      const { wall } = await runs(nothing)
      return (await runs(ours)).first - wall
    })
    say({ name: `first line beyond an empty script, ${name}`, values, unit: 's', target: 0.15 })
  }
  const values = await times(async () => (await runs(node('--version'))).wall)
  const theirs = await times(
    async () => (await runs([kubectl.program, 'version', '--client'])).wall,
  )
  say({ name: '--version, node run.ts', values, unit: 's', kubectl: theirs })
}

async function nothingToChange(): Promise<void> {
  const rounds = await times(async () => ({
    node: await runs(node()),
    kubectl: await seconds(() => kubectlLookOn(kubectl)),
    npx: await runs(npx()),
  }))
  const theirs = rounds.map((one) => one.kubectl)
  for (const [name, key, target] of [
    ['node run.ts', 'node', 0.6],
    ['npx tsx run.ts', 'npx', 1],
  ] as const) {
    const walls = rounds.map((one) => one[key].wall)
    say({ name: `nothing to change, ${name}`, values: walls, unit: 's', kubectl: theirs })
    say({ name: '  times kubectl', values: ratios(walls, theirs), unit: '', target })
  }
  say({
    name: '  processor, node run.ts',
    values: rounds.map((one) => one.node.cpu),
    unit: 's',
    target: 1.2,
  })
  const peaks = await times(async () => (await runs(node(), true)).peak)
  say({ name: '  peak memory, node run.ts', values: peaks, unit: 'MiB' })
}

async function dryRun(): Promise<void> {
  const rounds = await times(async () => ({
    ours: (await runs(node('--dry-run'))).wall,
    theirs: (
      await runs([
        ...[kubectl.program, '--kubeconfig', kubectl.kubeconfig, 'apply', '--server-side'],
        ...['--dry-run=server', '--field-manager=hardway', '-f', kubectl.manifest],
      ])
    ).wall,
  }))
  const theirs = rounds.map((one) => one.theirs)
  say({
    name: 'dry-run, all 26 steps; kubectl the apply alone',
    values: rounds.map((one) => one.ours),
    unit: 's',
    kubectl: theirs,
  })
}

async function freshReplay(): Promise<void> {
  const template = 'jsonpath={.spec.containers[0].image}'
  const ask = ['get', 'pod', 'busybox', '-o', template]
  const image = (await run([kubectl.program, '--kubeconfig', kubectl.kubeconfig, ...ask])).stdout
  const rounds = await times(async () => {
    await runs(node('rollback'))
    const theirs = await seconds(() => kubectlReplay(kubectl, image))
    await kubectlUndo(kubectl)
    const { wall, cpu } = await runs(node())
    return { wall, cpu, theirs }
  })
  const theirs = rounds.map((one) => one.theirs)
  say({
    name: 'the chapter on a lab that is up',
    values: rounds.map((one) => one.wall),
    unit: 's',
    kubectl: theirs,
  })
}

/** How true the prober measures, what that costs, and how long a matrix takes in which one server of three is silent. */
async function prober(): Promise<void> {
  const found = await lookPrograms(families.prober, programsContext())
  if (found === null) throw new Error('a lab was built, and its prober is not in the cache')
  const program = join(found.dir, 'prober')
  for (const protocol of ['udp', 'tcp'] as const) {
    const rounds = await times(() => truthOf(program, protocol, folder))
    const name = `${protocol.toUpperCase()}: half tells more than the server took`
    say({ name, values: rounds.map(({ p50 }) => p50), unit: 'ms', target: 0.2 })
    const lost = rounds.map((one) => one.lost)
    say({ name: '  lost, of questions that were answered', values: lost, unit: '', target: 0 })
  }
  const costs = await times(() => processorOf(program, folder))
  say({ name: 'processor of the prober, a question', values: costs, unit: 'us' })

  const cluster = [kubectl.program, '--kubeconfig', kubectl.kubeconfig]
  const json = 'jsonpath={.items[0].status.podIP}'
  const select = ['-n', 'kube-system', '-l', 'k8s-app=kube-dns', '-o', json]
  const pod = (await run([...cluster, 'get', 'pods', ...select])).stdout
  // The last one has no pod: of such a range nobody answers.
  const servers = ['10.32.0.10', pod, '10.200.2.250']
  const requests = servers.flatMap((server) =>
    (['udp', 'tcp'] as const).map((protocol) => {
      const name = 'kubernetes.default.svc.cluster.local'
      return { server, protocol, name, count: 100, timeoutMs: 2_000 }
    }),
  )
  const values = await times(async () => {
    const execs = ['bench-w0', 'bench-w1', 'bench-w2'].map((worker) =>
      runs([...cluster, 'exec', PROBES.nameOn(worker), '--', ...askCommand(PROBER, requests)]),
    )
    const walls = (await Promise.all(execs)).map(({ wall }) => wall)
    return Math.max(...walls) - 2
  })
  const name = '3 x 3 x 2 cells of 100 questions, beyond 2 s timeout'
  say({ name, values, unit: 's', target: 0.3 })
}

/** What `verify` takes longer while one of them accepts and never answers. */
async function deadServers(): Promise<void> {
  const usual = (await times(() => runs(node('verify')))).map(({ wall }) => wall)
  say({ name: 'verify', values: usual, unit: 's' })
  for (const [host, name] of [
    ['bench-c0', 'kube-apiserver'],
    ['bench-c1', 'etcd'],
    ['bench-w2', 'kubelet'],
  ] as const) {
    const all = await labProcesses('bench-')
    const found = all.find((one) => one.host === host && one.program === name)
    if (found === undefined) throw new Error(`no ${name} runs on ${host}`)
    const values = await times(async (round) => {
      process.kill(found.pid, 'SIGSTOP')
      try {
        const { wall, stdout } = await runOnce(node('verify'), folder)
        if (!stdout.includes(host)) console.log(`verify did not name ${host}\n${stdout}`)
        return wall - (usual[round] ?? 0)
      } finally {
        process.kill(found.pid, 'SIGCONT')
        await runOnce(node(), folder)
      }
    })
    say({ name: `verify beyond that, one ${name} hung`, values, unit: 's', target: 10 })
  }
}

try {
  await writeFile(inventory, INVENTORY)
  const load = loadavg().map((one) => one.toFixed(1))
  console.log(`${cpus().length} processors, load ${load.join(' ')}, Node ${process.versions.node}`)
  await run(node('lab', 'down'))
  const parts = [labFromNothing, startUp, nothingToChange, prober, dryRun, freshReplay, deadServers]
  for (const part of parts) {
    if (isLate()) console.log(`left out, no time: ${part.name}`)
    else await part()
  }
} finally {
  await run(node('lab', 'down'))
  await rm(folder, { recursive: true, force: true })
}
