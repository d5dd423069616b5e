import { randomBytes } from 'node:crypto'
import { isBad } from '../core/asked-data.ts'
import { StepError } from '../core/errors.ts'
import { discover } from '../dns/discover.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { labImage } from '../lab/probe-image.ts'
import { askedUntil } from '../steady/asked-until.ts'
import { type Askers, askersOn, ownAskers, type OwnAskers } from '../steady/askers.ts'
import { watchView } from '../steady/watch-view.ts'
import { providerOf } from './causes.ts'
import { completed } from './hints.ts'
import { countingLedger } from './ledger.ts'
import { provedInventory } from './prove-inventory.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'
import { sayFor } from './print.ts'
import { actsOn, programFor, watchAgain } from './run-hints.ts'
import { clusterFor, hostFor, portsOf, type RunOptions, unheard } from './run-ports.ts'
import { interruptible } from './signals.ts'
import { supplyFor } from './supply-for.ts'
import { systemClock } from './system-clock.ts'
import { placeOf } from './targets.ts'

const NOT_HEALTHY = 4
/** Pods of its own end by themselves then, should this program be killed. */
const LIFETIME_S = 12 * 3600

type Watch = RequestOf<'watch'>

/** Asks from every worker at a steady rate until it is stopped; returns the exit code. */
export async function watchCommand(request: Watch, common: CommonOptions): Promise<number> {
  const inventory = await provedInventory(request, common)
  const interrupt = interruptible(process, watchAgain(request, common))
  const { signal, quit } = interrupt
  const { stdout: out, stderr: err, env } = process
  const view = watchView({ out, err, env, json: common.json, say: await sayFor(common) })
  try {
    const { title, cluster, looking, supply, ownOf } = await portsFor(request, inventory, {
      ...{ mode: 'run', signal, counts: countingLedger(), currentStep: () => '' },
      tell: view.notice,
    })
    const { nodes, dns, domain, image } = await discover(looking)
    if (dns === null || 'missing' in dns) throw noDns(dns?.missing ?? [])
    const own = ownOf(image ?? inventory.probe.image)
    try {
      const who = await askersOn(looking, nodes, own, supply)
      if (who.askers.length === 0)
        throw nobody(who, watchAgain({ ...request, image: 'REGISTRY/prober' }, common))
      const name = `kubernetes.default.svc.${domain}`
      const question = { server: dns.address, name, rate: request.rate }
      view.begin({ ...question, target: title })
      const end = endAfter(request.seconds, quit)
      const all = await askedUntil(
        { cluster, clock: systemClock, signal },
        question,
        who,
        view.take,
      )
      clearTimeout(end)
      view.end(all)
      return all.seconds.some(isBad) ? NOT_HEALTHY : 0
    } finally {
      await own.remove()
    }
  } catch (error) {
    if (error instanceof StepError) {
      const acts = { ...actsOn(inventory, common), program: programFor(common) }
      error.reword((told) => completed(told, acts))
    }
    throw error
  } finally {
    interrupt.stop()
    await view.close()
  }
}

async function portsFor(request: Watch, inventory: Inventory, options: RunOptions) {
  const { title, access, layout, labSteps } = await placeOf(inventory, options.signal)
  const host = hostFor(inventory, options)
  const condition = () => Promise.resolve('running' as const)
  const { cluster } = clusterFor(options, { access, condition, knownAfter: '' })
  const { signal } = options
  const reading = portsOf(host, cluster).reading(unheard(signal))
  const supply = layout === null ? supplyFor(inventory, options, cluster) : undefined
  const ofLab =
    layout === null ? null : labImage(inventory, providerOf(labSteps, 'images'), 'prober')
  /** The lab's image has the prober; into any other one, here that which the nodes have, it is put. */
  const ownOf = (image: string): OwnAskers =>
    ownAskers(
      { cluster, clock: systemClock, signal },
      {
        image: async () => request.image ?? (await ofLab?.(reading)) ?? image,
        ...{ supply, namespace: request.namespace, lifetimeS: LIFETIME_S },
        // One that the user names may have it.
        needsSupply: supply !== undefined && request.image === undefined,
        run: randomBytes(3).toString('hex'),
      },
    )
  return { title, cluster, looking: reading.cluster, supply, ownOf }
}

function endAfter(seconds: number | undefined, quit: (problem: string) => void) {
  if (seconds === undefined) return undefined
  return setTimeout(() => quit('its time is over'), seconds * 1000)
}

function noDns(seen: readonly string[]): StepError {
  return new StepError({
    problem: 'this cluster has no DNS of its own that could be asked',
    seen,
    remedy: 'kubectl get services,pods -A | grep -i dns\n# shows what there is',
  })
}

function nobody({ silent }: Askers, again: string): StepError {
  return new StepError({
    problem: 'nobody can ask at a steady rate from any worker: no pod there has the prober',
    seen: silent.map(({ worker, because }) => `${worker}: ${because}`),
    cause:
      'nslookup of busybox starts a process for each question and measures no times, so it cannot take its place',
    remedy: [
      '# make an image with the prober in a registry of yours',
      'CGO_ENABLED=0 go build -C go/prober -o prober .',
      `printf 'FROM busybox\\nCOPY prober /hardway/prober\\n' | docker build -t REGISTRY/prober -f - go/prober`,
      `docker push REGISTRY/prober && ${again}`,
    ].join('\n'),
  })
}
