import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, watch, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import type { JsonObject } from '../../lib/core/json.ts'
import { LIMITS } from '../../lib/kube-client/api.ts'
import type { OpenCluster } from '../../lib/kube-client/open-cluster.ts'
import { runPlugin } from '../../lib/kube-client/run-plugin.ts'
import { accept } from './socket-server.ts'
import { configMap, status, stubServer } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }
const V1 = 'client.authentication.k8s.io/v1'

let stub: Stub
/** The server takes no token that ends so. */
const REFUSED = 'refused'
before(async () => {
  stub = await stubServer(
    (request, answer) => {
      if (request.headers.authorization?.endsWith(REFUSED) === true) {
        answer.json(401, status(401, 'Unauthorized', 'Unauthorized'))
      } else answer.json(200, configMap('coredns', {}))
    },
    (request, socket) => {
      accept(request, socket).send(3, '{"status":"Success"}')
    },
  )
})
after(() => stub.stop())

/** Opens the stub with that plugin in a kubeconfig of its own, in that folder of the stub's. */
async function openWith(
  exec: JsonObject,
  cluster: JsonObject = {},
  folder = '.',
): Promise<OpenCluster> {
  const config = JSON.parse(await readFile(stub.kubeconfig, 'utf8')) as {
    clusters: [{ name: string; cluster: JsonObject }]
  }
  const [{ name, cluster: own }] = config.clusters
  const path = join(stub.folder, folder, `kubeconfig-${String(Math.random())}`)
  const clusters = [{ name, cluster: { ...own, ...cluster } }]
  const users = [{ name: 'admin', user: { exec: { apiVersion: V1, ...exec } } }]
  await writeFile(path, JSON.stringify({ ...config, clusters, users }))
  return stub.open({ kubeconfig: path, limits: LIMITS })
}

/** A program in the stub's folder; gives its path. */
async function program(name: string, text: string): Promise<string> {
  const path = join(stub.folder, name)
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, 0o755)
  return path
}

const credential = (status: JsonObject, version = V1): string =>
  JSON.stringify({ apiVersion: version, kind: 'ExecCredential', status })

const lastAuthorization = (): string | undefined => stub.received.at(-1)?.headers.authorization

async function refusal(cluster: OpenCluster): Promise<StepError> {
  try {
    await cluster.get(ref)
  } catch (error) {
    assert.ok(error instanceof StepError, String(error))
    return error
  }
  throw new Error('was not refused')
}

test('a plugin is run once for many requests, by every way', async () => {
  const log = join(stub.folder, 'plugin.log')
  const answer = credential({ token: 'from-plugin' })
  const command = await program('plugin', `echo run >> ${log}; echo '${answer}'`)
  const cluster = await openWith({ command })
  assert.equal(cluster.target.execPlugin, command)
  await Promise.all([cluster.get(ref), cluster.get(ref)])
  assert.equal(lastAuthorization(), 'Bearer from-plugin')
  await cluster.exec({ namespace: 'default', pod: 'busybox' }, ['true'])
  assert.equal(lastAuthorization(), 'Bearer from-plugin')
  assert.equal(await readFile(log, 'utf8'), 'run\n')
})

test('a path goes from the folder of the kubeconfig, wherever this is run', async () => {
  await mkdir(join(stub.folder, 'kube'), { recursive: true })
  await program('relative', `echo '${credential({ token: 'relative' })}'`)
  const cluster = await openWith({ command: '../relative' }, {}, 'kube')
  await cluster.get(ref)
  assert.equal(lastAuthorization(), 'Bearer relative')
})

test('it is told version, cluster and its own part of it, and that nobody can answer', async () => {
  const told = join(stub.folder, 'told')
  const answer = credential({ token: 'told' })
  const command = await program(
    'telling',
    `echo "$KUBERNETES_EXEC_INFO" > ${told}; echo '${answer}'`,
  )
  const extension = { gardenClusterIdentity: 'example' }
  const extensions = [{ name: 'client.authentication.k8s.io/exec', extension }]
  const apiVersion = 'client.authentication.k8s.io/v1beta1'
  const cluster = { extensions, 'tls-server-name': 'localhost' }
  await (await openWith({ command, apiVersion, provideClusterInfo: true }, cluster)).get(ref)
  assert.deepEqual(JSON.parse(await readFile(told, 'utf8')), {
    apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      cluster: {
        server: stub.url,
        'tls-server-name': 'localhost',
        'certificate-authority-data': (await readFile(join(stub.folder, 'ca.crt'))).toString(
          'base64',
        ),
        config: extension,
      },
    },
  })
  await (await openWith({ command, apiVersion })).get(ref)
  const { spec } = JSON.parse(await readFile(told, 'utf8')) as JsonObject
  assert.deepEqual(spec, { interactive: false })
})

/** As the tools of the usual providers write it. */
const TOOLS: readonly (readonly [string, JsonObject, string])[] = [
  [
    'aws',
    {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      args: [
        '--region',
        'eu-west-1',
        'eks',
        'get-token',
        '--cluster-name',
        'one',
        '--output',
        'json',
      ],
      env: [{ name: 'AWS_PROFILE', value: 'dev' }],
    },
    '--region eu-west-1 eks get-token --cluster-name one --output json dev',
  ],
  [
    'gke-gcloud-auth-plugin',
    {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      installHint: 'Install gke-gcloud-auth-plugin',
      provideClusterInfo: true,
    },
    ' ',
  ],
  [
    'kubelogin',
    {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      args: ['get-token', '--login', 'azurecli', '--server-id', '6dae42f8'],
      env: null,
      provideClusterInfo: false,
      interactiveMode: 'IfAvailable',
    },
    'get-token --login azurecli --server-id 6dae42f8 ',
  ],
]
for (const [command, exec, wanted] of TOOLS) {
  test(`${command} is found on the PATH and gets its arguments and environment`, async () => {
    const got = join(stub.folder, 'got')
    const answer = credential({ token: command }, 'client.authentication.k8s.io/v1beta1')
    await program(command, `echo "$@ $AWS_PROFILE" > ${got}; echo '${answer}'`)
    const path = process.env['PATH']
    process.env['PATH'] = `${stub.folder}:${path ?? ''}`
    try {
      await (await openWith({ ...exec, command })).get(ref)
    } finally {
      process.env['PATH'] = path
    }
    assert.equal(lastAuthorization(), `Bearer ${command}`)
    assert.equal(await readFile(got, 'utf8'), `${wanted}\n`)
  })
}

test('what has expired is asked for again, and so is what the server refuses', async () => {
  const count = join(stub.folder, 'count')
  const next = `echo x >> ${count}; n=$(wc -l < ${count})`
  const expirationTimestamp = '2020-01-01T00:00:00Z'
  const dated = credential({ token: 'N', expirationTimestamp }).replace('N', "'$n'")
  const dating = await openWith({ command: await program('dating', `${next}; echo '${dated}'`) })
  await dating.get(ref)
  const first = lastAuthorization()
  await dating.get(ref)
  assert.notEqual(lastAuthorization(), first)
  const [bad, good] = [REFUSED, 'taken'].map((token) => credential({ token }))
  const text = `[ -e ${count}2 ] && echo '${good ?? ''}' || echo '${bad ?? ''}'; touch ${count}2`
  const renewing = await openWith({ command: await program('renewing', text) })
  await renewing.get(ref)
  assert.equal(lastAuthorization(), 'Bearer taken')
})

test('one whose credentials are never accepted is not asked for ever', async () => {
  const command = await program('never', `echo '${credential({ token: REFUSED })}'`)
  const error = await refusal(await openWith({ command }))
  assert.match(error.message, /does not accept the credentials of user admin/)
  assert.equal(error.noAccess, true)
})

test('one that fails is named with its own words, and without its output', async () => {
  const command = await program('failing', 'echo canary; echo please log in first >&2; exit 3')
  const cluster = await openWith({ command })
  const error = await refusal(cluster)
  assert.equal(
    error.message,
    `${command}, which the kubeconfig has run for credentials of user admin, failed with code 3`,
  )
  assert.deepEqual(error.explanation.seen, ['please log in first'])
  assert.doesNotMatch(JSON.stringify(error.explanation), /canary/)
  assert.equal(error.noAccess, true)
  await assert.rejects(cluster.exec({ namespace: 'a', pod: 'b' }, ['true']), StepError)
})

test('one that is not installed comes with the hint of the kubeconfig', async () => {
  const exec = { command: '/no/such/plugin', installHint: 'Install the plugin\n\nof your company.' }
  const { message, explanation } = await refusal(await openWith(exec))
  assert.match(message, /^\/no\/such\/plugin, .* is not there$/)
  assert.equal(explanation.remedy, 'Install the plugin of your company.')
})

for (const [what, text] of [
  ['nothing', ''],
  ['something else', 'echo canary-of-a-login-page'],
  ['an ExecCredential without credentials', `echo '${credential({})}'`],
  ['a certificate without its key', `echo '${credential({ clientCertificateData: 'canary' })}'`],
] as const) {
  test(`one that answers ${what} gave no credentials`, async () => {
    const command = await program('odd', text)
    const { message, explanation } = await refusal(await openWith({ command }))
    assert.match(message, /gave no credentials$/)
    assert.doesNotMatch(JSON.stringify(explanation), /canary/)
  })
}

test('one that always asks is told of in its own words where there is no terminal', async () => {
  const asks = 'printf "Enter token: " >&2; read -r code || { echo "no token: EOF" >&2; exit 1; }'
  const command = await program('asking', asks)
  const { message, explanation } = await refusal(
    await openWith({ command, interactiveMode: 'Always' }),
  )
  assert.match(message, /asks for something \(interactiveMode: Always\), and there is no terminal/)
  assert.deepEqual(explanation.seen, ['Enter token: no token: EOF'])
  assert.match(explanation.remedy, /at a terminal/)
})

/** Starts another program; both ignore a polite end. The processes are written down, the starter first. */
const STUBBORN = "trap '' TERM INT; sleep 1000 & echo $$ $! > PIDS; wait"

/** Runs it; `interrupt` aborts once it stands. Gives its exit code and the processes that are still there. */
async function stubborn(timeoutMs: number, interrupt: boolean) {
  const pids = join(stub.folder, `pids-${String(timeoutMs)}`)
  const file = await program('stubborn', STUBBORN.replace('PIDS', pids))
  const stop = new AbortController()
  const written = (async () => {
    for await (const { filename } of watch(stub.folder, { signal: stop.signal })) {
      if (filename === basename(pids) && (await readFile(pids, 'utf8')) !== '') return
    }
  })()
  const common = { file, args: [], env: process.env, terminal: false }
  const ran = runPlugin({ ...common, timeoutMs, signal: stop.signal })
  await written
  if (interrupt) stop.abort()
  const { code } = await ran
  const left = (await readFile(pids, 'utf8')).trim().split(' ')
  return { code, left }
}

/** A process that has ended stays in the table until somebody asks for its exit code. */
async function ended(pid: string): Promise<void> {
  for (;;) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z')
    if (/\) Z/.test(stat)) return
  }
}

test(
  'an interruption ends a plugin together with all that it has started',
  { timeout: 20_000 },
  async () => {
    const { code, left } = await stubborn(60_000, true)
    assert.equal(code, null)
    assert.equal(left.length, 2)
    await Promise.all(left.map(ended))
  },
)

test('so does its deadline', { timeout: 20_000 }, async () => {
  const { code, left } = await stubborn(1_000, false)
  assert.equal(code, null)
  assert.equal(left.length, 2)
  await Promise.all(left.map(ended))
})

test(
  'what a plugin leaves behind when it ends is ended, and holds nobody up',
  { timeout: 20_000 },
  async () => {
    const pids = join(stub.folder, 'left')
    const answer = credential({ token: 'leaving' })
    const command = await program('leaving', `sleep 1000 & echo $! > ${pids}; echo '${answer}'`)
    await (await openWith({ command })).get(ref)
    assert.equal(lastAuthorization(), 'Bearer leaving')
    await ended((await readFile(pids, 'utf8')).trim())
  },
)
