import { createHash, X509Certificate } from 'node:crypto'
import { firstAddress } from '../inventory/address.ts'
import { textAt, type Json, listAt } from '../core/json.ts'
import { pairOf } from '../lab/layout.ts'
import type { Ask, Looking } from './channel.ts'
import { type ApiServerSeen, type Evidence, itemsOf, type Looked, valueOf } from './evidence.ts'
import type { Scene } from './scene.ts'

const PORT = 6443
const JWKS_BYTES = 256 * 1024
const TIMEOUT_MS = 3_000

/** Each API server by itself: its certificate and, in a lab, the keys by which it judges tokens. */
export async function apiServersOf(
  on: Looking,
  ask: Ask,
  around: { readonly scene: Scene; readonly endpoints: Promise<Evidence['endpoints']> },
): Promise<Evidence['apiServers']> {
  const { scene } = around
  if (!scene.has('kube-apiserver')) return { notLooked: 'no API server was started yet' }
  const [authority, servers] = await Promise.all([
    ask(() => authorityOf(on, scene)),
    serversOf(around),
  ])
  const ca = valueOf(authority)
  if (ca === undefined) return authority as { notLooked: string }
  const identity = firstAddress(scene.inventory.cluster.serviceCIDR)
  const found = await Promise.all(
    servers.map(async ({ name, endpoint }): Promise<ApiServerSeen> => {
      const [tls, keys] = await Promise.all([
        ask(() => on.host.inspectTls(endpoint, { ca, identity })),
        keysOf(on, ask, { scene, endpoint }),
      ])
      return { name, endpoint, tls, keys }
    }),
  )
  return { found }
}

/** The authority that the pods trust. A lab's own file can be read while no API server answers. */
async function authorityOf(on: Looking, { layout }: Scene): Promise<string> {
  if (layout !== null) {
    const bytes = await on.host.readFile(`${pairOf(layout, 'ca')}.pem`)
    if (bytes === null) throw new Error('the lab has no authority yet')
    return Buffer.from(bytes).toString('utf8')
  }
  const map = await on.cluster.get({
    ...{ apiVersion: 'v1', kind: 'ConfigMap' },
    ...{ namespace: 'kube-system', name: 'kube-root-ca.crt' },
  })
  const ca = textAt(map ?? undefined, 'data', 'ca.crt')
  if (ca === undefined) throw new Error('configmap/kube-root-ca.crt has no ca.crt')
  return ca
}

async function serversOf({
  scene,
  endpoints,
}: {
  readonly scene: Scene
  readonly endpoints: Promise<Evidence['endpoints']>
}): Promise<readonly Pick<ApiServerSeen, 'name' | 'endpoint'>[]> {
  const { inventory, layout } = scene
  if (layout !== null) {
    return inventory.lab.controllers.map(({ name, address }) => ({
      name,
      endpoint: `${address}:${String(PORT)}`,
    }))
  }
  const kubernetes = itemsOf(await endpoints).find(
    ({ namespace, name }) => namespace === 'default' && name === 'kubernetes',
  )
  return (kubernetes?.ready ?? []).map((endpoint) => ({ name: endpoint, endpoint }))
}

/** The ids in the JSON Web Key Set of one API server, asked directly as the lab's admin. */
async function keysOf(
  on: Looking,
  ask: Ask,
  { scene: { layout }, endpoint }: { readonly scene: Scene; readonly endpoint: string },
): Promise<Looked<readonly string[]>> {
  if (layout === null)
    return { notLooked: 'not proven from here: no single API server can be asked' }
  return ask(async () => {
    const { status, body } = await on.host.fetch(`https://${endpoint}/openid/v1/jwks`, {
      limit: JWKS_BYTES,
      timeoutMs: TIMEOUT_MS,
      direct: true,
      tls: {
        ca: `${pairOf(layout, 'ca')}.pem`,
        cert: `${pairOf(layout, 'admin')}.pem`,
        key: `${pairOf(layout, 'admin')}-key.pem`,
      },
    })
    if (status !== 200) throw new Error(`HTTP ${String(status)}`)
    const keys = listAt(JSON.parse(Buffer.from(body).toString('utf8')) as Json, 'keys')
    return keys.map((key) => textAt(key, 'kid') ?? '').toSorted()
  })
}

/** As the API server itself names a key: the hash of its SubjectPublicKeyInfo (service account JWKS). */
export function signerOf(on: Looking, ask: Ask, { layout }: Scene): Promise<Evidence['signer']> {
  return ask(async () => {
    if (layout === null) throw new Error('not proven from here: only the controllers have the key')
    const pem = await on.host.readFile(`${pairOf(layout, 'service-account')}.pem`)
    if (pem === null) throw new Error('the lab has no service account key yet')
    const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
    return createHash('sha256').update(key).digest('base64url')
  })
}
