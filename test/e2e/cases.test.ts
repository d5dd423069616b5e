import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { corefile, deployment } from './broken.ts'
import { addForward, type Case, CASES } from './cases.ts'
import { firstVerdict } from './cured.ts'
import { prove } from './dns-cluster.ts'
import { assertCode, ofType } from './events.ts'
import { inventory } from './inventory.ts'
import { kubectl, layout, withTheChapter } from './lab.ts'
import { noLab } from './no-lab.ts'
import { type Ended, paste, run, start } from './program.ts'
import { eventually } from './wait.ts'

/** Cases from public reports, each put on, told, and cured by what is printed. */
const skip = noLab
const FILE = inventory({ size: '1+2' })

withTheChapter(FILE)

for (const one of CASES) {
  test(`${one.name} (${one.asked})`, { skip }, async () => {
    let [cured, asBefore] = [false, false]
    try {
      await one.put(FILE)
      const verdict = firstVerdict(await look(one))
      assert.equal(verdict.code, one.code, JSON.stringify(verdict))
      const told = [verdict.cause, verdict.evidence, verdict.cure].join('\n')
      for (const name of one.names) assert.match(told, name)
      assertCode(await paste(verdict.cure), 0)
      cured = true
      await rolledOut()
      if (one.heals) await eventually('it is healed', async () => (await look(one)).code === 0)
      assertCode(await look(one), 0)
      asBefore = one.asked === 'verify'
    } finally {
      await one.off?.().catch((error: unknown) => {
        if (cured) throw error
      })
      // What is proven by other steps than the chapter's may differ from the manifest.
      if (!asBefore)
        assertCode(await run(['--on-conflict', 'adopt', '--json', '--inventory', FILE]), 0)
    }
  })
}

function look({ asked }: Case): Promise<Ended> {
  return asked === 'prove' ? prove() : run(['verify', '--json', '--inventory', FILE])
}

/** A new start takes effect once the pods before it are gone. */
async function rolledOut(): Promise<void> {
  const of = ['-n', 'kube-system', 'rollout', 'status', 'deployment/coredns', '--timeout=60s']
  await kubectl(of)
}

test(
  'a forward to a resolv.conf without servers is told, though DNS is proven',
  { skip },
  async () => {
    try {
      await corefile(addForward('/etc/resolv.conf'))
      await rolledOut()
      const proven = await prove()
      assertCode(proven, 0)
      const proofs = ofType(proven, 'step-proven').map(({ proof }) => proof)
      assert.match(
        proofs.join('\n'),
        /SERVFAIL: the Corefile forwards, and to no server that answers/,
      )
    } finally {
      await asWanted()
    }
  },
)

test(
  'an error in a file that the Corefile imports is told with that file, and cured where it is told',
  { skip },
  async () => {
    const data = { 'example.server': 'example.org:53 {\n    forward\n}\n' }
    const metadata = { name: 'coredns-custom', namespace: 'kube-system' }
    try {
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }
      await kubectl(['apply', '-f', '-'], JSON.stringify(map))
      await corefile((text) => `${text}\nimport custom/*.server\n`)
      const mount = { name: 'custom', mountPath: '/etc/coredns/custom' }
      await deployment({
        volumes: [{ name: 'custom', configMap: { name: metadata.name } }],
        containers: [{ name: 'coredns', volumeMounts: [mount] }],
      })
      const { code, cause, cure } = firstVerdict(
        await run(['verify', '--json', '--inventory', FILE]),
      )
      assert.equal(code, 'C3', cause)
      assert.match(cause, /plugin\/forward: \/etc\/coredns\/custom\/example\.server:2 - /)
      const [, edit = '', line = '', restart = ''] =
        /^(.* edit configmap\/coredns-custom); correct line (\d+) of .* for example\.server; then (.*)$/.exec(
          cure,
        ) ?? []
      assert.equal(line, '2', cure)
      await kubectlEdit(edit, String.raw`s/^\( *\)forward$/\1cache/`)
      assertCode(await paste(restart), 0)
      await rolledOut()
    } finally {
      await asWanted()
      await kubectl(['delete', 'configmap', metadata.name, '-n', metadata.namespace])
    }
  },
)

test(
  'a Deployment that somebody deletes while its pods are waited for is told at once',
  { skip },
  async () => {
    const running = start(['--json', '--inventory', FILE])
    try {
      await kubectl([
        'delete',
        'pods',
        '-l',
        'k8s-app=kube-dns',
        '-n',
        'kube-system',
        '--wait=false',
      ])
      await running.seen(({ type, ...event }) => {
        return type === 'step-progress' && 'step' in event && event.step === 'coredns-pods'
      })
      const deleted = performance.now()
      await kubectl(['delete', 'deployment/coredns', '-n', 'kube-system'])
      const ended = await running.ended
      assertCode(ended, 1)
      assert.ok(performance.now() - deleted < 20_000)
      const [failed] = ofType(ended, 'step-failed')
      assert.equal(failed?.step, 'coredns-pods')
      assert.match(
        JSON.stringify(failed.explanation),
        /(nor does any|and no) Deployment, DaemonSet or StatefulSet/,
      )
    } finally {
      await running.ended
      assertCode(await run(['--json', '--inventory', FILE]), 0)
    }
  },
)

/** As a person does in an editor. */
async function kubectlEdit(command: string, script: string): Promise<void> {
  assertCode(await paste(`KUBE_EDITOR="sed -i -e '${script}'" ${command}`), 0)
}

/** The manifest's again, as new objects: what was added by hand would stay. */
async function asWanted(): Promise<void> {
  await kubectl(['delete', 'deployment/coredns', 'configmap/coredns', '-n', 'kube-system'])
  assertCode(await run(['--on-conflict', 'adopt', '--json', '--inventory', FILE]), 0)
}

test(
  'a credential plugin beside its kubeconfig is run, and told of the cluster',
  { skip },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hardway-plugin-'))
    try {
      const plugin = join(folder, 'bin', 'login.sh')
      const kubeconfig = join(folder, 'kube', 'config')
      for (const file of [plugin, kubeconfig]) await mkdir(dirname(file))
      await writeFile(plugin, await pluginText(), { mode: 0o755 })
      const exec = {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: '../bin/login.sh',
        interactiveMode: 'Never',
        provideClusterInfo: true,
      }
      const config = JSON.parse(
        await kubectl(['config', 'view', '--raw', '--flatten', '-o', 'json']),
      ) as { users: { name: string }[] }
      const users = config.users.map(({ name }) => ({ name, user: { exec } }))
      await writeFile(kubeconfig, JSON.stringify({ ...config, users }))
      assertCode(await prove(['--no-probes'], { kubeconfig }), 0)
    } finally {
      await rm(folder, { recursive: true })
    }
  },
)

/** Prints the admin's certificate where it was told of the cluster. */
async function pluginText(): Promise<string> {
  const pem = (name: string): Promise<string> => readFile(join(layout.pki, name), 'utf8')
  const [clientCertificateData, clientKeyData] = await Promise.all([
    pem('admin.pem'),
    pem('admin-key.pem'),
  ])
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { clientCertificateData, clientKeyData },
  }
  return [
    '#!/bin/sh',
    `case $KUBERNETES_EXEC_INFO in *'"server"'*) ;; *) exit 1 ;; esac`,
    `cat <<'END'`,
    JSON.stringify(credential),
    'END',
    '',
  ].join('\n')
}
