import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { kubeconfigText } from '../kube-client/api-server.ts'
import { certificates } from '../kube-client/certificates.ts'
import { faultyProxy } from '../kube-client/faulty-proxy.ts'
import type { Fault, FaultyProxy, Passing } from '../kube-client/faulty-proxy.ts'
import { pick } from '../objects/prior-states.ts'
import type { FaultLab } from './lab.ts'

/** How bad the network of one run is. */
export interface Weather {
  /** For messages: which faults, how often, how many servers. */
  readonly name: string
  readonly faults: readonly Fault[]
  /** Of each request, from 0 to 1. */
  readonly share: number
  /** Requests that fail one after the other once one has. */
  readonly burst: number
  /** What the program is given to ask: one server, or three of which one is dead or slow. */
  readonly servers: 'one' | 'first dead' | 'first slow'
}

const REQUEST: readonly Fault[] = [
  'slow',
  'reset before',
  'reset after',
  'cut answer',
  'stall',
  '429',
  '500',
  '503',
]
const FITTING: Readonly<Record<Passing, readonly Fault[]>> = {
  request: REQUEST,
  watch: [...REQUEST, '410', '410 event', 'quiet'],
  socket: ['no handshake', 'refused', 'silent', 'cut', 'no status'],
}
/** Every kind of fault. */
export const ALL_FAULTS: readonly Fault[] = [...new Set(Object.values(FITTING).flat())]
const SERVERS = ['one', 'first dead', 'first slow'] as const

/** Each kind alone and often, then all of them by lot. */
export function weatherOf(i: number, next: () => number): Weather {
  const alone = ALL_FAULTS[i]
  if (alone !== undefined) {
    const weather = { faults: [alone], share: 0.15, burst: 1, servers: 'one' } as const
    return { ...weather, name: `often ${alone}` }
  }
  const servers = SERVERS[i - ALL_FAULTS.length] ?? pick(next, SERVERS)
  const share = pick(next, [0.02, 0.02, 0.1, 0.1, 0.3])
  const burst = pick(next, [1, 1, 1, 4])
  const name = `all faults, ${String(share * 100)} %, bursts of ${String(burst)}, servers: ${servers}`
  return { name, faults: ALL_FAULTS, share, burst, servers }
}

/** One by the weather: what happens to the next thing that passes. */
function chooser({ faults, share, burst }: Weather, next: () => number) {
  let again: { fault: Fault; left: number } | null = null
  return (passing: Passing): Fault => {
    const fitting = faults.filter((fault) => FITTING[passing].includes(fault))
    if (again !== null && again.left > 0) {
      again.left -= 1
      if (fitting.includes(again.fault)) return again.fault
    }
    if (fitting.length === 0 || next() >= share) return 'none'
    const fault = pick(next, fitting)
    again = { fault, left: burst - 1 }
    return fault
  }
}

/** A network between a program and the lab's API server. */
export interface Network {
  readonly servers: readonly string[]
  /** Names the first server; its context is `test`. */
  readonly kubeconfig: string
  /** How many things went wrong. */
  faults(): number
  stop(): Promise<void>
}

/** Lays networks; all share one CA of their own. */
export async function networks(lab: FaultLab) {
  const folder = join(lab.folder, 'between')
  await mkdir(folder)
  certificates(folder)
  const file = (name: string): Buffer => readFileSync(join(folder, name))
  const server = { cert: file('server.crt'), key: file('server.key') }
  let count = 0
  return async (weather: Weather, next: () => number): Promise<Network> => {
    let faults = 0
    const choose = chooser(weather, next)
    const lay = (slowMs: number, always?: Fault): Promise<FaultyProxy> =>
      faultyProxy({ url: lab.server, client: lab.tls, server, slowMs }, (passing) => {
        const fault = choose(passing)
        const done =
          fault === 'none' && always !== undefined && passing !== 'socket' ? always : fault
        if (done !== 'none') faults += 1
        return done
      })
    const proxies =
      weather.servers === 'one'
        ? [await lay(300)]
        : [
            ...(weather.servers === 'first slow' ? [await lay(400, 'slow')] : []),
            await lay(300),
            await lay(300),
          ]
    const dead = weather.servers === 'first dead' ? [await deadServer()] : []
    const servers = [...dead, ...proxies.map(({ url }) => url)]
    count += 1
    const kubeconfig = join(folder, `config-${String(count)}`)
    const text = kubeconfigText(servers[0] ?? '', join(folder, 'ca.crt'), join(folder, 'admin'))
    await writeFile(kubeconfig, text, { mode: 0o600 })
    return {
      servers,
      kubeconfig,
      faults: () => faults,
      stop: async () => {
        await Promise.all(proxies.map((proxy) => proxy.stop()))
      },
    }
  }
}

/** An address at which nobody listens. */
async function deadServer(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `https://127.0.0.1:${String(port)}`
}
