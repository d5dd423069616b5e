import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where a lab of the tests lies: its name, and the first three numbers of its network. */
export interface Place {
  readonly name: string
  readonly network: string
}

/** `NAME:192.168.N` in HARDWAY_TEST_LAB: a place of one's own, while others have those of the pool. */
const [own = '', ownNetwork = ''] = (process.env['HARDWAY_TEST_LAB'] ?? '').split(':')

/** One for each test file at work at once; no name is the beginning of another. */
export const POOL: readonly Place[] =
  own === ''
    ? [
        { name: 'e2ex', network: '192.168.195' },
        { name: 'e2ey', network: '192.168.194' },
        { name: 'e2ez', network: '192.168.193' },
        { name: 'e2ew', network: '192.168.192' },
      ]
    : [{ name: own, network: ownNetwork }]

/** Of files that have a lab to themselves. */
export const OWN_PLACES = [
  { name: 'killed', network: '192.168.184' },
  { name: 'badnet', network: '192.168.185' },
] as const satisfies readonly Place[]

/** Takes a place that no other process on this machine has, until this process ends; waits for one. */
export async function takePlace(places: readonly Place[]): Promise<Place> {
  for (let told = false; ; told = true) {
    for (const place of places) {
      const hold = await holdOf(place.name)
      hold?.unref()
      if (hold !== null) return place
    }
    const names = places.map(({ name }) => name).join(' and ')
    if (!told) process.stderr.write(`  … other tests have the lab ${names}; waiting for it\n`)
    await sleep(500)
  }
}

/** Does it with this place meanwhile ours, unless another process has it. */
export async function whereFree({ name }: Place, act: () => Promise<void>): Promise<void> {
  const hold = await holdOf(name)
  if (hold === null) return
  try {
    await act()
  } finally {
    hold.close()
  }
}

/** What keeps others off a name until it is closed; null where another process has it. */
async function holdOf(name: string): Promise<Server | null> {
  const server = createServer()
  try {
    // once() rejects with what an error event brings.
    const listening = once(server, 'listening')
    // In Linux's abstract namespace: it goes with the process, however that ends.
    server.listen(`\0hardway-${name}`)
    await listening
    return server
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return null
    throw error
  }
}

/** Says of a lab that stays up that its last user has left nothing in it. */
export async function leaveClean(lab: string): Promise<void> {
  await writeFile(markOf(lab), '')
}

/** Whether that was said; whoever takes the lab next has to say it again. */
export function wasLeftClean(lab: string): Promise<boolean> {
  return rm(markOf(lab)).then(
    () => true,
    () => false,
  )
}

function markOf(lab: string): string {
  return join(tmpdir(), `hardway-${lab}-clean`)
}

/** What a test wants of its lab otherwise than by default. */
export interface Wanted {
  /** Controllers and workers. */
  readonly size?: '1+1' | '1+2' | '3+3'
  /** How its kube-proxy makes Services. */
  readonly proxy?: string
  /** More sections of the inventory. */
  readonly sections?: readonly string[]
}

/** The inventory of a lab at that place. */
export function inventoryAt(
  { name, network }: Place,
  { size = '1+1', proxy = 'iptables', sections = [] }: Wanted,
) {
  const [controllers = [], workers = []] = size
    .split('+')
    .map((count) => [...Array(Number(count)).keys()])
  return [
    'target: lab',
    'lab:',
    `  name: ${name}`,
    `  network: ${network}.0/24`,
    `  machine: ${network}.1`,
    `  proxy: ${proxy}`,
    '  controllers:',
    ...controllers.map((i) => `    - { name: ${name}m${i}, address: ${network}.${200 + i} }`),
    '  workers:',
    ...workers.map(
      (i) =>
        `    - { name: ${name}w${i}, address: ${network}.${210 + i}, podCIDR: 10.200.${i}.0/24 }`,
    ),
    ...sections,
    '',
  ].join('\n')
}
