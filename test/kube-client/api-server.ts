import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { binDir } from '../../lib/supply/programs/cache.ts'
import { cacheDirOf } from '../../lib/supply/programs/context.ts'
import { certificates } from './certificates.ts'

/** A real control plane on loopback: etcd, kube-apiserver and, where asked for, kube-controller-manager. */
export interface ApiServer {
  readonly folder: string
  readonly url: string
  readonly kubeconfig: string
  readonly auditLog: string
  stop(): Promise<void>
}

/** The programs of a control plane. */
export interface Programs {
  readonly etcd: string
  readonly apiServer: string
  readonly controllerManager: string
}

/**
 * The programs: in the folder that HARDWAY_TEST_PROGRAMS names, else in the cache that a lab has filled.
 * Or why there are none: the reason for a skipped test.
 */
export function programs(): Programs | { readonly missing: string } {
  const folder = process.env['HARDWAY_TEST_PROGRAMS']
  const context = { cacheDir: cacheDirOf(process.env), projectDir: '', env: process.env }
  const path = (name: string): string =>
    join(folder ?? binDir(name === 'etcd' ? 'etcd' : 'kubernetes', context), name)
  const found = {
    etcd: path('etcd'),
    apiServer: path('kube-apiserver'),
    controllerManager: path('kube-controller-manager'),
  }
  const absent = Object.values(found).filter((file) => !existsSync(file))
  if (absent.length === 0) return found
  return {
    missing: `no ${absent.join(', no ')}: run \`npx tsx run.ts\` once, or set HARDWAY_TEST_PROGRAMS`,
  }
}

/** Starts one in a new temporary folder; `stop` ends its processes and deletes the folder. */
export async function startApiServer(
  bin: Programs,
  options: { controllers: boolean },
): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hardway-api-'))
  const [port = 0, etcdPort = 0, peerPort = 0, cmPort = 0] = await freePorts(4)
  const url = `https://127.0.0.1:${String(port)}`
  certificates(folder)
  const kubeconfig = join(folder, 'admin.kubeconfig')
  await writeFile(kubeconfig, kubeconfigText(url, join(folder, 'ca.crt'), join(folder, 'admin')))
  const auditLog = join(folder, 'audit.log')
  await writeFile(
    join(folder, 'audit.yaml'),
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n',
  )
  const children: ChildProcess[] = []
  const start = (program: string, args: readonly string[]): void => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let tail = ''
    child.stderr.on('data', (data: Buffer) => (tail = (tail + data.toString()).slice(-3000)))
    child.on('exit', (code) => {
      if (code !== null && code !== 0)
        process.stderr.write(`${program} ended with ${String(code)}:\n${tail}\n`)
    })
    children.push(child)
  }
  const etcd = `http://127.0.0.1:${String(etcdPort)}`
  const peer = `http://127.0.0.1:${String(peerPort)}`
  start(bin.etcd, [
    '--data-dir',
    join(folder, 'etcd'),
    '--listen-client-urls',
    etcd,
    '--advertise-client-urls',
    etcd,
    '--listen-peer-urls',
    peer,
    '--initial-advertise-peer-urls',
    peer,
    '--initial-cluster',
    `default=${peer}`,
    '--log-level',
    'error',
    '--unsafe-no-fsync',
  ])
  const file = (name: string): string => join(folder, name)
  start(bin.apiServer, [
    '--etcd-servers',
    etcd,
    '--secure-port',
    String(port),
    '--bind-address',
    '127.0.0.1',
    '--advertise-address',
    '127.0.0.1',
    '--endpoint-reconciler-type',
    'none',
    '--service-cluster-ip-range',
    '10.32.0.0/24',
    '--authorization-mode',
    'RBAC',
    '--client-ca-file',
    file('ca.crt'),
    '--tls-cert-file',
    file('server.crt'),
    '--tls-private-key-file',
    file('server.key'),
    '--service-account-issuer',
    'https://kubernetes.default.svc',
    '--service-account-key-file',
    file('sa.key'),
    '--service-account-signing-key-file',
    file('sa.key'),
    '--disable-admission-plugins',
    'ServiceAccount',
    '--audit-policy-file',
    file('audit.yaml'),
    '--audit-log-path',
    auditLog,
  ])
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.kill('SIGKILL')) await gone
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const client = [
    '--cacert',
    file('ca.crt'),
    '--cert',
    file('admin.crt'),
    '--key',
    file('admin.key'),
  ]
  try {
    await untilAnswered([...client, `${url}/readyz`])
    await untilAnswered([...client, `${url}/api/v1/namespaces/kube-system`])
    // It ends where no API server answers within ten seconds.
    if (options.controllers) {
      start(bin.controllerManager, [
        '--kubeconfig',
        kubeconfig,
        '--secure-port',
        String(cmPort),
        '--bind-address',
        '127.0.0.1',
        '--leader-elect=false',
        '--service-account-private-key-file',
        file('sa.key'),
        '--root-ca-file',
        file('ca.crt'),
        '--use-service-account-credentials=false',
      ])
      await untilAnswered(['--insecure', `https://127.0.0.1:${String(cmPort)}/healthz`])
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { folder, url, kubeconfig, auditLog, stop }
}

/** A kubeconfig with one context named `test`. */
export function kubeconfigText(server: string, ca: string, client: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'here', cluster: { server, 'certificate-authority': ca } }],
    users: [
      {
        name: 'admin',
        user: { 'client-certificate': `${client}.crt`, 'client-key': `${client}.key` },
      },
    ],
    contexts: [{ name: 'test', context: { cluster: 'here', user: 'admin' } }],
  })
}

/**
 * Asks until it is answered, at most a minute. Never waits synchronously: what the servers have to say
 * meanwhile must be taken from them, or they wait for that, and nobody answers any more.
 */
async function untilAnswered(request: readonly string[]): Promise<void> {
  const end = performance.now() + 60_000
  for (;;) {
    try {
      await promisify(execFile)('curl', ['-sf', '--max-time', '10', ...request])
      return
    } catch (error) {
      if (performance.now() > end)
        throw new Error(`no answer within a minute: ${String(request.at(-1))}`, { cause: error })
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address()
      await new Promise((resolve) => server.close(resolve))
      return typeof address === 'object' && address !== null ? address.port : 0
    }),
  )
}
