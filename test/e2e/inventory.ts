import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHAPTER } from '../../lib/inventory/chapter.ts'
import { inventoryAt, POOL, takePlace, wasLeftClean, type Wanted } from './pool.ts'
import { noLab } from './no-lab.ts'

const [first] = POOL
const place = noLab === false || first === undefined ? await takePlace(POOL) : first

/** The lab of this test file, never the user's own; its hosts are called LABm0, LABw0 and so on. */
export const LAB = place.name
/** The first three numbers of its addresses. */
export const NETWORK = place.network
/** Whether an earlier test file has left the lab as it had got it. */
export const leftClean = await wasLeftClean(LAB)

/** What a test wants otherwise than by default. */
export interface Otherwise extends Pick<Wanted, 'size' | 'proxy'> {
  readonly edition?: string
  /** Another place for the same manifest. */
  readonly manifestUrl?: string
  /** Of another manifest. */
  readonly sha256?: string
  /** Seconds. */
  readonly limits?: Readonly<Record<string, number>>
}

/** Four labs share the processors: a kube-proxy may take long to follow what a test has just changed. */
const PATIENT = { verify: 20 }
/** Of whole files: `HARDWAY_TEST_EDITION=current HARDWAY_TEST_PROXY=nftables npm run test:causes`. */
const { HARDWAY_TEST_EDITION: EDITION = '2020', HARDWAY_TEST_PROXY: PROXY = 'iptables' } =
  process.env
const SHA256 = CHAPTER.manifest.sha256
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

/** Writes the inventory of this test file's lab; returns its path. */
export function inventory({
  manifestUrl,
  sha256 = SHA256,
  limits = {},
  edition = EDITION,
  proxy = PROXY,
  size,
}: Otherwise = {}): string {
  const manifest =
    manifestUrl === undefined ? [] : [section('manifest', { url: manifestUrl, sha256 })]
  const sections = [
    `edition: ${edition}`,
    ...manifest,
    section('limits', { ...PATIENT, ...limits }),
  ]
  return inventoryText(inventoryAt(place, { ...(size && { size }), proxy, sections }))
}

function section(name: string, values: Readonly<Record<string, unknown>>): string {
  return `${name}: ${JSON.stringify(values)}`
}
