import { at, type Json, textAt } from '../core/json.ts'
import { type Api, api as openApi, LIMITS, type Limits } from './api.ts'
import type { Explanation } from '../core/errors.ts'
import { defined } from '../core/defined.ts'
import type { Cluster, PodContainer } from '../ports/cluster.ts'
import { ref } from '../ports/refs.ts'
import { discovery, type Server } from './discovery.ts'
import { execIn, podPath, putIn } from './exec.ts'
import { streamFrom } from './exec-stream.ts'
import { gate, type SentRequest } from './gate.ts'
import { readKubeconfig, type Target } from './kubeconfig.ts'
import { connect } from './connection.ts'
import { askPod } from './port-forward.ts'
import { previewer } from './preview.ts'
import { getObject, holderOfAddress, listObjects } from './reader.ts'
import { lackingRights } from './rights.ts'
import { watchObjects } from './watch.ts'
import { writer } from './writer.ts'

export interface ClusterOptions {
  /** Path of the kubeconfig; $KUBECONFIG is not looked at. */
  readonly kubeconfig: string
  /** The kubeconfig's current-context where left out. */
  readonly context?: string
  /** What to say where that file is written with the cluster itself, and is not there. */
  readonly absent?: Explanation
  /** All API servers of the cluster, `https://HOST:PORT`; the kubeconfig's own where left out. */
  readonly servers?: readonly string[]
  /** Sent with every request: `hardway/0.1.0`. */
  readonly userAgent: string
  /** The name under which fields are owned. */
  readonly fieldManager: string
  /** True for dry-run and verify: a write throws before it leaves the process. */
  readonly readOnly: boolean
  /** Called right before each writing request leaves; throws where the run may write no longer. */
  readonly mayWrite?: () => void
  /** Told of every request right before it is sent, repeats included. */
  readonly onRequest?: (sent: SentRequest) => void
  readonly limits?: Partial<Limits>
  /** Told of what takes long: a server that is asked again, a credential plugin. */
  readonly tell?: (text: string) => void
  /** Ends a credential plugin. */
  readonly signal?: AbortSignal
}

/** A cluster together with what is to be shown before the first write. */
export interface OpenCluster extends Cluster {
  readonly target: Target
  /** Closes kept connections; they do not keep the process alive. */
  close(): Promise<void>
}

/** A log's tail is wanted, not a whole one: lines may be endless. */
const LOG_BYTES = 1024 * 1024

/** The API that a kubeconfig names. Throws InputError for what is wrong in the file, StepError of `absent`; no request is sent. */
export async function openServer(
  options: Omit<ClusterOptions, 'fieldManager'>,
): Promise<Server & { close(): Promise<void> }> {
  const config = await readKubeconfig(options.kubeconfig, options.context, options.absent)
  const { target } = config
  const api = openApi({
    target,
    limits: { ...LIMITS, ...options.limits },
    servers: options.servers ?? [target.server],
    connect: (server) => connect(config, server, options),
    gate: gate(options),
    tell: options.tell,
  })
  return { api, discover: discovery(api), close: () => api.close() }
}

/** Opens the cluster that a kubeconfig names, as `openServer` does. */
export async function openCluster(options: ClusterOptions): Promise<OpenCluster> {
  const server = await openServer(options)
  const { api } = server
  const preview = previewer(server, options.fieldManager, holderOfAddress(server))
  let uid: Promise<string> | undefined
  return {
    target: api.target,
    close: () => server.close(),
    uid: () =>
      (uid ??= uidOf(server).catch((error: unknown) => {
        uid = undefined
        throw error
      })),
    get: (ref) => getObject(server, ref),
    list: async (selection) => (await listObjects(server, selection)).objects,
    preview,
    lacking: lackingRights(server),
    watch: (selection, signal) => watchObjects(server, selection, signal),
    kubeletConfig: (node) => kubeletConfigOf(api, node),
    logs: (of, wanted) => logsOf(api, of, wanted),
    exec: (of, argv, given) => execIn(api, of, argv, given),
    stream: (of, argv, signal) => streamFrom(api, of, argv, signal),
    exchange: askPod(api),
    putProber: (of, program) => putIn(api, of, program),
    ...writer(server, options.fieldManager, preview),
  }
}

async function uidOf(server: Server): Promise<string> {
  const found = await getObject(server, ref.namespace('kube-system'))
  const uid = textAt(found, 'metadata', 'uid')
  if (uid !== undefined) return uid
  throw server.api.explain(
    { status: 404, body: undefined, text: 'namespaces "kube-system" not found' },
    'read namespace/kube-system',
  )
}

async function kubeletConfigOf(api: Api, node: string): Promise<Json> {
  const operation = `read the kubelet's configuration on ${node}`
  const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/configz`
  const reply = await api.read({ method: 'GET', path }, operation)
  if (reply.status === 200) return at(reply.body, 'kubeletconfig') ?? null
  throw api.explain(reply, operation)
}

async function logsOf(
  api: Api,
  of: PodContainer,
  { previous, lines, sinceS }: Parameters<Cluster['logs']>[1],
): Promise<string> {
  const operation = `read the log of pod ${of.pod} in ${of.namespace}`
  const query = defined({
    tailLines: String(lines),
    sinceSeconds: sinceS === undefined ? undefined : String(sinceS),
    limitBytes: String(LOG_BYTES),
    container: of.container,
    previous: previous === true ? 'true' : undefined,
  })
  const reply = await api.read({ method: 'GET', path: `${podPath(of)}/log`, query }, operation)
  if (reply.status === 200) return reply.text
  // A container that never ended has no previous log: nothing to show, not an error.
  const message = textAt(reply.body, 'message') ?? ''
  const none = /^previous terminated container .* not found$/.test(message)
  if (previous === true && reply.status === 400 && none) return ''
  throw api.explain(reply, operation)
}
