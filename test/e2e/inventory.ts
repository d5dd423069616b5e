import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHAPTER } from '../../lib/inventory/chapter.ts'

/** The lab of these tests: never the user's own. */
export const LAB = 'e2e'
const NETWORK = '192.168.198'

/** What a test wants otherwise than by default. */
export interface Wanted {
  /** Controllers and workers. */
  readonly size?: '1+1' | '1+2' | '3+3'
  /** Another place for the same manifest. */
  readonly manifestUrl?: string
  /** Seconds. */
  readonly limits?: Readonly<Record<string, number>>
}

const folder = mkdtempSync(join(tmpdir(), 'hardway-e2e-'))
chmodSync(folder, 0o755)
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true })
})
let count = 0

/** Writes any text as an inventory file; returns its path. */
export function inventoryText(text: string): string {
  count += 1
  const path = join(folder, `inventory-${String(count)}.yaml`)
  writeFileSync(path, text)
  return path
}

/** Writes the inventory of the tests' lab; returns its path. */
export function inventory(wanted: Wanted = {}): string {
  return inventoryText(textOf(wanted))
}

function textOf({ size = '1+1', manifestUrl, limits = {} }: Wanted): string {
  const [controllers, workers] = size.split('+').map((count) => [...Array(Number(count)).keys()])
  const section = (name: string, entries: readonly (readonly [string, unknown])[]): string[] => {
    const given = entries.filter(([, value]) => value !== undefined)
    return given.length === 0
      ? []
      : [`${name}:`, ...given.map(([key, value]) => `  ${key}: ${String(value)}`)]
  }
  return [
    'target: lab',
    'lab:',
    `  name: ${LAB}`,
    `  network: ${NETWORK}.0/24`,
    `  machine: ${NETWORK}.1`,
    '  controllers:',
    ...(controllers ?? []).map(
      (i) => `    - { name: e2em${String(i)}, address: ${NETWORK}.${String(200 + i)} }`,
    ),
    '  workers:',
    ...(workers ?? []).map(
      (i) =>
        `    - { name: e2ew${String(i)}, address: ${NETWORK}.${String(210 + i)}, podCIDR: 10.200.${String(i)}.0/24 }`,
    ),
    ...section('manifest', [
      ['url', manifestUrl],
      ['sha256', manifestUrl === undefined ? undefined : CHAPTER.manifest.sha256],
    ]),
    ...section('limits', Object.entries(limits)),
    '',
  ].join('\n')
}
