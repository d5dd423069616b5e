import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { InputError } from '../../lib/core/errors.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import { readKubeconfig } from '../../lib/kube-client/kubeconfig.ts'

let folder: string
let path: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hardway-kubeconfig-'))
  path = join(folder, 'config')
})
after(() => rm(folder, { recursive: true }))

const good = {
  cluster: { server: 'https://192.168.199.10:6443' } as Record<string, unknown>,
  user: { exec: { command: 'get-token', apiVersion: 'client.authentication.k8s.io/v1' } },
}

async function write({ cluster, user } = good): Promise<void> {
  await writeFile(
    path,
    JSON.stringify({
      kind: 'Config',
      'current-context': 'hardway',
      clusters: [{ name: 'lab', cluster }],
      users: [{ name: 'admin', user }],
      contexts: [
        { name: 'hardway', context: { cluster: 'lab', user: 'admin' } },
        { name: 'half', context: { cluster: 'other', user: 'admin' } },
        { name: 'nobody', context: { cluster: 'lab', user: 'gone' } },
      ],
    }),
  )
}

async function refused(context?: string, file = path): Promise<Explanation> {
  try {
    await readKubeconfig(file, context)
  } catch (error) {
    assert.ok(error instanceof InputError, String(error))
    return error.explanation
  }
  throw new Error('was not refused')
}

test('context, server, user and plugin are told before anything is asked', async () => {
  await write({ ...good, cluster: { ...good.cluster, 'proxy-url': 'http://me:secret@proxy:3128' } })
  const { target } = await readKubeconfig(path)
  assert.deepEqual(target, {
    kubeconfig: path,
    context: 'hardway',
    server: 'https://192.168.199.10:6443',
    user: 'admin',
    execPlugin: 'get-token',
    proxy: 'http://proxy:3128',
  })
})

test('$KUBECONFIG is ignored', async () => {
  process.env['KUBECONFIG'] = path
  await write()
  const told = await refused(undefined, join(folder, 'absent'))
  delete process.env['KUBECONFIG']
  assert.match(told.problem, /absent cannot be read$/)
  assert.match(told.seen?.[0] ?? '', /ENOENT/)
})

test('where it comes with the cluster, that there is none is said, and not what to write into an inventory', async () => {
  const absent = { problem: 'the lab lab is not up', remedy: 'npx tsx run.ts lab up' }
  await assert.rejects(readKubeconfig(join(folder, 'absent'), undefined, absent), {
    name: 'StepError',
    explanation: absent,
    noAccess: true,
  })
})

test('a context that is not there lists those that are', async () => {
  await write()
  const told = await refused('prod')
  assert.equal(told.problem, `the context prod is not in the kubeconfig ${path}`)
  assert.deepEqual(told.seen, ['contexts there: hardway, half, nobody'])
  assert.equal(
    told.remedy,
    'name one of these, by --context for prove and watch, else as context in inventory.yaml: hardway, half, nobody',
  )
})

test('a context that names an absent cluster or user says which', async () => {
  await write()
  assert.equal(
    (await refused('half')).problem,
    `the context half in ${path} names the cluster "other", which is not there`,
  )
  assert.equal(
    (await refused('nobody')).problem,
    `the context nobody in ${path} names the user "gone", which is not there`,
  )
})

test('TLS without verification is refused', async () => {
  await write({ ...good, cluster: { ...good.cluster, 'insecure-skip-tls-verify': true } })
  const told = await refused()
  assert.match(told.problem, /has insecure-skip-tls-verify: true; TLS is always verified here$/)
  assert.match(told.remedy, /^kubectl config set-cluster lab .*--certificate-authority CA\.crt/)
})

test('a server without TLS is refused', async () => {
  for (const server of ['http://192.168.199.10:8080', 'nonsense', '']) {
    await write({ ...good, cluster: { server } })
    assert.match((await refused()).problem, /which is not an https:\/\/ address$/)
  }
})

test('what is not YAML is told with line and column, without quoting the file', async () => {
  await writeFile(path, 'kind: Config\nusers:\n  - name: a\n   token: "canary\n')
  const told = await refused()
  assert.match(told.problem, /is not YAML: [a-z ,]+ at line 4, column \d+$/)
  assert.doesNotMatch(JSON.stringify(told), /canary/)
})

test('YAML that is no kubeconfig is told as that', async () => {
  await writeFile(path, 'hosts: [a, b]\n')
  assert.equal(
    (await refused()).problem,
    `${path} is not a kubeconfig: it has no list named contexts`,
  )
})

/** Two files of two clusters, joined by hand: both call everything `default`. */
const JOINED = `apiVersion: v1
kind: Config
clusters:
  - name: default
    cluster: { server: 'https://192.0.2.10:6443' }
  - name: default
    cluster: { server: 'https://192.168.199.200:6443' }
users:
  - name: default
    user: { token: canary-of-the-first }
  - { user: { token: canary-of-the-second }, name: default }
contexts:
  - name: default
    context: { cluster: default, user: default }
  - name: k3s-home
    context: { cluster: default, user: default }
current-context: k3s-home
`

test('names that occur twice are refused with both places, as kubectl refuses the whole file', async () => {
  await writeFile(path, JOINED)
  const told = await refused('k3s-home')
  assert.equal(told.problem, `${path} has several clusters named "default"`)
  assert.deepEqual(told.seen, [
    `clusters: "default" at ${path}:4:11 and ${path}:6:11`,
    `users: "default" at ${path}:9:11 and ${path}:11:52`,
  ])
  assert.match(told.remedy, /another name/)
  assert.doesNotMatch(JSON.stringify(told), /canary/)
})

test('a name that occurs twice in any of the lists is refused, also where another one is chosen', async () => {
  const whole = {
    clusters: [{ name: 'lab', cluster: good.cluster }],
    users: [{ name: 'admin', user: {} }],
    contexts: [{ name: 'hardway', context: { cluster: 'lab', user: 'admin' } }],
  }
  const spare = { name: 'spare' }
  for (const list of ['clusters', 'users', 'contexts'] as const) {
    const twice = { ...whole, [list]: [spare, ...whole[list], spare, spare] }
    await writeFile(path, JSON.stringify(twice, null, 1))
    const told = await refused('hardway')
    assert.equal(told.problem, `${path} has several ${list} named "spare"`)
    assert.match(told.seen?.join() ?? '', /"spare" at \S+:\d+:12, \S+:\d+:12 and \S+:\d+:12$/)
  }
})

test('the same name in different lists is no repetition', async () => {
  const user = { token: 'x' }
  await writeFile(
    path,
    JSON.stringify({
      clusters: [{ name: 'default', cluster: good.cluster }],
      users: [{ name: 'default', user }],
      contexts: [{ name: 'default', context: { cluster: 'default', user: 'default' } }],
    }),
  )
  assert.equal((await readKubeconfig(path, 'default')).target.user, 'default')
})

test('two YAML documents are refused', async () => {
  await writeFile(path, 'kind: Config\ncontexts: []\n---\nkind: Config\ncontexts: []\n')
  assert.match((await refused()).problem, /has a second YAML document \(---\) from line 3 on$/)
})

test('a context that names nobody says so', async () => {
  await writeFile(path, JSON.stringify({ contexts: [{ name: 'bare', context: {} }] }))
  assert.match((await refused('bare')).problem, /^the context bare in \S+ names no cluster$/)
  assert.match((await refused()).problem, /names no current-context$/)
})

const exec = { command: 'x', apiVersion: 'client.authentication.k8s.io/v1' }
const REFUSED: readonly (readonly [string, Record<string, unknown>, object, RegExp, RegExp])[] = [
  ['a SOCKS proxy', { 'proxy-url': 'socks5://me:canary@p:1080' }, {}, /SOCKS proxy/, /--proxy-url/],
  ['a proxy that is none', { 'proxy-url': 'canary' }, {}, /no http:\/\/ or https:/, /--proxy-url/],
  [
    'a CA by file and by data',
    { 'certificate-authority': 'ca.crt', 'certificate-authority-data': 'canary' },
    {},
    /both certificate-authority and certificate-authority-data$/,
    /take one of them out/,
  ],
  [
    'a key by file and by data',
    {},
    { 'client-key': 'x.key', 'client-key-data': 'canary' },
    /both client-key and client-key-data$/,
    /take one of them out/,
  ],
  ['a password', {}, { username: 'me', password: 'canary' }, /since Kubernetes 1\.19$/, /--token/],
  ['gcp', {}, { 'auth-provider': { name: 'gcp' } }, /auth-provider gcp/, /gke-gcloud-auth-plugin/],
  ['azure', {}, { 'auth-provider': { name: 'azure' } }, /auth-provider azure/, /^kubelogin/],
  ['oidc', {}, { 'auth-provider': { name: 'oidc' } }, /auth-provider oidc/, /kubelogin setup/],
  [
    'groups to act as',
    {},
    { as: 'a', 'as-groups': ['b'] },
    /as-groups/,
    /config unset users\.admin/,
  ],
  ['a plugin without command', {}, { exec: { ...exec, command: '' } }, /has no command$/, /exec$/],
  [
    'a plugin of no version',
    {},
    { exec: { command: 'x', apiVersion: 'v1' } },
    /the apiVersion "v1"/,
    /client\.authentication\.k8s\.io\/v1$/,
  ],
  [
    'a plugin of another mode',
    {},
    { exec: { ...exec, interactiveMode: 'Sometimes' } },
    /none of Never, IfAvailable, Always$/,
    /exec$/,
  ],
]
for (const [what, cluster, user, problem, remedy] of REFUSED) {
  test(`${what} is refused before anything is asked, and nothing of it quoted`, async () => {
    await write({ cluster: { ...good.cluster, ...cluster }, user: user as typeof good.user })
    const told = await refused()
    assert.match(told.problem, problem)
    assert.match(told.remedy, remedy)
    assert.doesNotMatch(JSON.stringify(told), /canary/)
  })
}

/** With these lines in place of a user's content. */
const yaml = (user: string, more = ''): string => `kind: Config
current-context: mine
clusters: [{ name: lab, cluster: { server: 'https://192.168.199.10:6443' } }]
contexts: [{ name: mine, context: { cluster: lab, user: me } }]
${more}users:
  - name: me
    user: ${user}
`

test('it is read as kubectl reads it: merged maps, yes for true, JSON with tabs', async () => {
  const merged =
    'shared: &shared { exec: { command: get-token, apiVersion: client.authentication.k8s.io/v1 } }\n'
  await writeFile(path, yaml('{ <<: *shared }', merged))
  assert.equal((await readKubeconfig(path)).target.execPlugin, 'get-token')
  await writeFile(
    path,
    yaml('{}').replace(':6443', ":6443', insecure-skip-tls-verify: 'yes").replace("'yes'", 'yes'),
  )
  assert.match((await refused()).problem, /insecure-skip-tls-verify: true/)
  await write()
  const spaced = JSON.stringify(JSON.parse(await readFile(path, 'utf8')), null, '\t')
  await writeFile(path, spaced)
  assert.equal((await readKubeconfig(path)).target.context, 'hardway')
})

test('what YAML does not read as text, and has to be, is refused, and not left out', async () => {
  const users = [
    ['{ token: 1234567890 }', 'token'],
    ['{ client-certificate-data: 1e9 }', 'client-certificate-data'],
    ['{ exec: { command: yes, apiVersion: client.authentication.k8s.io/v1 } }', 'command'],
  ] as const
  for (const [user, key] of users) {
    await writeFile(path, yaml(user))
    const told = await refused()
    assert.match(told.problem, new RegExp(`has a ${key} that is no text, as YAML reads it`))
    assert.equal(told.remedy, `put its ${key} in quotes`)
    assert.doesNotMatch(JSON.stringify(told), /1234567890|1e9/)
  }
  await writeFile(path, yaml('{ token: 123456789012345678901234567890 }'))
  const long = await refused()
  assert.match(long.problem, /something at line 7 that is not read as text, number, list or map$/)
  assert.doesNotMatch(JSON.stringify(long), /12345/)
})

test('a name that YAML reads as a number or as false is refused with its place', async () => {
  await writeFile(
    path,
    yaml('{}').replace('context: mine', 'context: no').replace('name: mine', 'name: no'),
  )
  assert.match(
    (await refused()).problem,
    /^\S+:4:20 has one of the contexts, and no name for it that is text/,
  )
  await writeFile(path, yaml('{}').replace('context: mine', 'context: 7'))
  assert.match(
    (await refused()).problem,
    /^the kubeconfig in \S+ has a current-context that is no text/,
  )
})

test('a server with an IPv6 address, and all versions of credential plugins, are taken', async () => {
  const server = 'https://[fd00::1]:6443'
  for (const version of ['v1', 'v1beta1', 'v1alpha1']) {
    const apiVersion = `client.authentication.k8s.io/${version}`
    await write({ cluster: { server: `${server}/` }, user: { exec: { ...exec, apiVersion } } })
    assert.equal((await readKubeconfig(path)).target.server, server)
  }
})
