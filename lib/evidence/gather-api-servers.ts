import { createHash, X509Certificate } from 'node:crypto'
import { ObservedError } from '../core/errors.ts'
import { listAt, parseJson, textAt } from '../core/json.ts'
import { firstAddress } from '../inventory/address.ts'
import { pairOf } from '../lab/layout.ts'
import { ref } from '../ports/refs.ts'
import type { Gathering, Scene } from './channel.ts'
import { type ApiServerSeen, type Evidence, endpointsOf, type Looked } from './evidence.ts'

const PORT = 6443
const JWKS_BYTES = 256 * 1024
const TIMEOUT_MS = 2_000

/** Each API server by itself: its certificate and, in a lab, the keys by which it judges tokens. */
export async function apiServersOf(
  gathering: Gathering,
  authority: Promise<Looked<string>>,
  endpoints: Promise<Evidence['endpoints']>,
): Promise<Evidence['apiServers']> {
  const { host, ask, scene } = gathering
  const [ca, servers] = await Promise.all([authority, serversOf(scene, endpoints)])
  if (!('found' in ca)) return ca
  const identity = firstAddress(scene.inventory.cluster.serviceCIDR)
  const found = servers.map(async ({ name, endpoint }) => {
    const [tls, keys] = await Promise.all([
      ask(() => host.inspectTls(endpoint, { ca: ca.found, identity }), { of: `tls ${endpoint}` }),
      keysOf(gathering, endpoint),
    ])
    return { name, endpoint, tls, keys }
  })
  return { found: await Promise.all(found) }
}

/** The authority that the pods trust. */
export async function authorityOf(gathering: Gathering): Promise<Looked<string>> {
  const { ask, scene } = gathering
  if (!scene.has('kube-apiserver')) return { notLooked: 'no API server was started yet' }
  return ask(() => readAuthority(gathering))
}

/** A lab's own file can be read while no API server answers. */
async function readAuthority({ host, cluster, scene: { layout } }: Gathering): Promise<string> {
  if (layout !== null) {
    const bytes = await host.readFile(`${pairOf(layout, 'ca')}.pem`)
    if (bytes === null) throw new ObservedError('the lab has no authority yet')
    return Buffer.from(bytes).toString('utf8')
  }
  const map = await cluster.get(ref.configMap('kube-root-ca.crt', 'kube-system'))
  const ca = textAt(map ?? undefined, 'data', 'ca.crt')
  if (ca === undefined) throw new ObservedError('configmap/kube-root-ca.crt has no ca.crt')
  return ca
}

async function serversOf(
  { inventory, layout }: Scene,
  endpoints: Promise<Evidence['endpoints']>,
): Promise<readonly Pick<ApiServerSeen, 'name' | 'endpoint'>[]> {
  if (layout !== null) {
    return inventory.lab.controllers.map(({ name, address }) => ({
      name,
      endpoint: `${address}:${String(PORT)}`,
    }))
  }
  // One that is down is soon none of the endpoints any more.
  const named = inventory.controllers.map(({ address }) => `${address}:${String(PORT)}`)
  const ready = endpointsOf(await endpoints, 'default/kubernetes')?.ready ?? []
  return [...new Set([...named, ...ready])].map((endpoint) => ({ name: endpoint, endpoint }))
}

/** The ids in the JSON Web Key Set of one API server, asked directly as the lab's admin. */
async function keysOf(
  { host, ask, scene: { layout } }: Gathering,
  endpoint: string,
): Promise<ApiServerSeen['keys']> {
  if (layout === null)
    return { notLooked: 'not proven from here: no single API server can be asked' }
  const admin = pairOf(layout, 'admin')
  const keys = async (): Promise<readonly string[]> => {
    const { status, body } = await host.fetch(`https://${endpoint}/openid/v1/jwks`, {
      limit: JWKS_BYTES,
      timeoutMs: TIMEOUT_MS,
      direct: true,
      tls: { ca: `${pairOf(layout, 'ca')}.pem`, cert: `${admin}.pem`, key: `${admin}-key.pem` },
    })
    if (status !== 200) throw new ObservedError(`HTTP ${String(status)}`)
    const keys = listAt(parseJson(Buffer.from(body).toString('utf8')), 'keys')
    return keys.map((key) => textAt(key, 'kid') ?? '').toSorted()
  }
  return ask(keys, { of: `keys ${endpoint}` })
}

/** As the API server itself names a key: the hash of its SubjectPublicKeyInfo (service account JWKS). */
export function signerOf({ host, ask, scene: { layout } }: Gathering): Promise<Evidence['signer']> {
  return ask(async () => {
    if (layout === null)
      throw new ObservedError('not proven from here: only the controllers have the key')
    const pem = await host.readFile(`${pairOf(layout, 'service-account')}.pem`)
    if (pem === null) throw new ObservedError('the lab has no service account key yet')
    const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
    return createHash('sha256').update(key).digest('base64url')
  })
}
