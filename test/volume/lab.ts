import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCluster } from '../../lib/kube-client/open-cluster.ts'
import type { OpenCluster } from '../../lib/kube-client/open-cluster.ts'
import { CHAPTER } from '../../lib/inventory/chapter.ts'
import { listAt } from '../../lib/core/json.ts'
import { auditLogOf, binOf, layoutOf } from '../../lib/lab/layout.ts'
import { OWN_PLACES, takePlace } from '../e2e/pool.ts'
import { manifestServer } from '../e2e/manifest-server.ts'
import { output, run } from '../e2e/program.ts'

/**
 * How much is gone through: 1 is what an hour is enough for on two processors, 2 twice as much, which is every
 * point of a run; 0, as in `npm test`, a little of everything.
 */
export const SHARE = Math.min(2, Number(process.env['HARDWAY_FAULTS'] ?? 0))

/** For everything that is drawn by lot: a failure can be repeated with it. */
export const SEED = Number(process.env['HARDWAY_TEST_SEED'] ?? Date.now() % 100_000)

/** A lab of one controller and one worker, used as a cluster that the user names. */
export interface FaultLab {
  readonly server: string
  /** A kubeconfig with the keys in it; its context is `context`. */
  readonly kubeconfig: string
  readonly context: string
  readonly auditLog: string
  /** The admin's, for whoever stands in between. */
  readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer }
  /** The cluster, without anything in between and under another name than the program's. */
  readonly people: OpenCluster
  /** For whatever a test leaves behind; goes with the lab. */
  readonly folder: string
  /** Writes an inventory that names the cluster by this kubeconfig; returns its path. */
  inventory(kubeconfig: string, context: string): Promise<string>
  down(): Promise<void>
}

/** Builds the lab of that name from nothing. */
export async function faultLab(wanted: (typeof OWN_PLACES)[number]['name']): Promise<FaultLab> {
  const { name, network } = await takePlace(OWN_PLACES.filter((place) => place.name === wanted))
  const folder = await mkdtemp(join(tmpdir(), 'hardway-faults-'))
  const [controller, worker] = [`${network}.200`, `${network}.210`]
  const file = join(folder, 'lab.yaml')
  await writeFile(
    file,
    [
      'target: lab',
      'lab:',
      `  name: ${name}`,
      `  network: ${network}.0/24`,
      `  machine: ${network}.1`,
      `  controllers: [{ name: ${name}-m0, address: ${controller} }]`,
      `  workers: [{ name: ${name}-w0, address: ${worker}, podCIDR: 10.200.0.0/24 }]`,
      '',
    ].join('\n'),
  )
  const lab = async (verb: 'up' | 'down'): Promise<void> => {
    const { code, stdout, stderr } = await run(['lab', verb, '--inventory', file])
    assert.equal(code, 0, `lab ${verb}: ${stderr}${stdout}`)
  }
  await lab('down')
  await lab('up')
  const layout = layoutOf(name)
  const kubeconfig = join(folder, 'config')
  const kubectl = `${binOf(layout, 'kubernetes')}/kubectl`
  const env = { KUBECONFIG: layout.adminKubeconfig }
  const flat = await output(kubectl, ['config', 'view', '--raw', '--flatten'], { env })
  await writeFile(kubeconfig, flat, { mode: 0o600 })
  const people = await openCluster({
    ...{ kubeconfig, userAgent: 'people', fieldManager: 'people', readOnly: false },
  })
  const image = await probeImage(people)
  const manifest = await manifestServer()
  let count = 0
  return {
    server: people.target.server,
    kubeconfig,
    context: people.target.context,
    tls: {
      ca: readFileSync(join(layout.pki, 'ca.pem')),
      cert: readFileSync(join(layout.pki, 'admin.pem')),
      key: readFileSync(join(layout.pki, 'admin-key.pem')),
    },
    auditLog: auditLogOf(layout, `${name}-m0`),
    people,
    folder,
    async inventory(path, context) {
      count += 1
      const written = join(folder, `inventory-${String(count)}.yaml`)
      await writeFile(
        written,
        [
          `target: { kubeconfig: ${path}, context: ${context}, controllers: [${controller}], workers: [{ name: ${name}-w0, podCIDR: 10.200.0.0/24 }] }`,
          `probe: { image: ${image} }`,
          `manifest: { url: ${manifest.url}, sha256: ${CHAPTER.manifest.sha256} }`,
          'limits: { pods: 60, lookup: 40, endpoints: 40 }',
          '',
        ].join('\n'),
      )
      return written
    },
    async down() {
      manifest.close()
      await people.close()
      await lab('down')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The probe image that the worker has. */
async function probeImage(cluster: OpenCluster): Promise<string> {
  const nodes = await cluster.list({ apiVersion: 'v1', kind: 'Node' })
  const names = nodes.flatMap((node) =>
    listAt(node, 'status', 'images').flatMap((one) => listAt(one, 'names').map(String)),
  )
  const found = names.find((name) => name.includes('busybox') && !name.includes('@'))
  assert.ok(found, names.join())
  return found
}
