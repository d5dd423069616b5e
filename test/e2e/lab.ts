import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { after, afterEach, before } from 'node:test'
import { binOf, layoutOf } from '../../lib/lab/layout.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { assertCode } from './events.ts'
import { inventory, LAB, leftClean } from './inventory.ts'
import { noLab } from './no-lab.ts'
import { leaveClean } from './pool.ts'
import { command, type Ended, output, run } from './program.ts'

/** Where the tests' lab lies. */
export const layout = layoutOf(LAB)

/** The six objects of the chapter. */
export const OBJECTS = [
  ['serviceaccount', 'coredns', 'kube-system'],
  ['clusterrole', 'system:coredns'],
  ['clusterrolebinding', 'system:coredns'],
  ['configmap', 'coredns', 'kube-system'],
  ['deployment', 'coredns', 'kube-system'],
  ['service', 'kube-dns', 'kube-system'],
] as const

/** One environment for the lab's own programs. */
const env = { KUBECONFIG: layout.adminKubeconfig }

/** The lab's own kubectl, not this program's client. */
export function kubectl(args: readonly string[], input = ''): Promise<string> {
  return output(`${binOf(layout, 'kubernetes')}/kubectl`, args, { env, input })
}

/** kubectl where it may fail. */
export function tryKubectl(args: readonly string[], input = ''): Promise<Ended> {
  return command(`${binOf(layout, 'kubernetes')}/kubectl`, args, { env, input })
}

/** Applies a manifest under another manager's name. */
export function applyAs(manager: string, manifest: string): Promise<string> {
  return kubectl(
    ['apply', '--server-side', `--field-manager=${manager}`, '--force-conflicts', '-f', '-'],
    manifest,
  )
}

/** An object as the API server has it, owners of fields included; null where there is none. */
export async function live(kind: string, name: string, namespace?: string) {
  const where = namespace === undefined ? [] : ['-n', namespace]
  const text = await kubectl([
    'get',
    kind,
    name,
    ...where,
    '--ignore-not-found',
    '--show-managed-fields',
    '-o',
    'json',
  ])
  return text.trim() === '' ? null : (JSON.parse(text) as KubeObject)
}

let failed = false

afterEach((t) => {
  if ('passed' in t && !t.passed) failed = true
})

/** A lab of one controller and one worker without CoreDNS: that of an earlier test file, else a new one. */
export async function labUp(): Promise<void> {
  if (!leftClean) await labDown()
  const { code, stdout, stderr } = await run(['lab', 'up', '--inventory', inventory()])
  assert.equal(code, 0, `lab up: ${stderr}${stdout}`)
}

/** The tests of a file have a lab of this inventory, made for them, with the chapter on it; nothing of it stays. */
export function withTheChapter(file: string): void {
  before(async () => {
    if (noLab !== false) return
    await labDown()
    assertCode(await run(['--json', '--inventory', file]), 0)
  })
  after(async () => {
    if (noLab === false) await labDown()
  })
}

/**
 * Takes back the chapter. Where more test files come the lab stays up for them, unless a test has failed:
 * who knows what that has left.
 */
export async function labBack(): Promise<void> {
  const file = inventory()
  const back = await run(['rollback', '--inventory', file])
  if (process.env['HARDWAY_KEEP_LABS'] === undefined || failed || back.code !== 0) return labDown()
  await deleteAll()
  await leaveClean(LAB)
}

/** Deletes the objects of the chapter, whoever has made them, and busybox. */
export async function deleteAll(): Promise<void> {
  for (const [kind, name, namespace] of [...OBJECTS, ['pod', 'busybox', 'default'] as const]) {
    const where = namespace === undefined ? [] : ['-n', namespace]
    await kubectl(['delete', kind, name, ...where, '--ignore-not-found'])
  }
}

/** Leftovers of an earlier run included: also that of the largest inventory. */
export async function labDown(): Promise<void> {
  const { code, stdout, stderr } = await run([
    'lab',
    'down',
    '--inventory',
    inventory({ size: '3+3' }),
  ])
  assert.equal(code, 0, `lab down: ${stderr}${stdout}`)
}

/** What `lab status --json` tells. */
export interface LabStatus {
  readonly up: boolean
  readonly kubeconfig: string
  readonly auditLogs: readonly string[]
  readonly versions: Readonly<Record<string, string>>
  readonly hosts: readonly {
    readonly name: string
    readonly role: string
    readonly address: string
    readonly podCIDR: string | null
    readonly netns: string
    readonly processes: readonly {
      readonly name: string
      readonly pid: number | null
      readonly log: string
    }[]
  }[]
}

/** What runs where, as the program tells it. */
export async function labStatus(file: string): Promise<LabStatus> {
  const { stdout } = await run(['lab', 'status', '--json', '--inventory', file])
  return JSON.parse(stdout) as LabStatus
}

/** `host/name` of each daemon, and its process. */
export function pidsOf({ hosts }: LabStatus): Record<string, number | null> {
  return Object.fromEntries(
    hosts.flatMap(({ name, processes }) =>
      processes.map((one) => [`${name}/${one.name}`, one.pid]),
    ),
  )
}

/** What is written down of runs: journals and manifest byte by byte, and whether a lock lies there. */
export async function stateFiles(): Promise<Record<string, string | null>> {
  const names = ['lab.journal', 'chapter.journal', 'coredns.yaml', 'lock']
  const texts = await Promise.all(
    names.map((name) => readFile(join(layout.folder, name), 'utf8').catch(() => null)),
  )
  return Object.fromEntries(names.map((name, i) => [name, texts[i] ?? null]))
}

/** The probe image that the lab's worker has. */
export async function probeImage(): Promise<string> {
  const names = await kubectl([
    'get',
    'nodes',
    '-o',
    'jsonpath={.items[*].status.images[*].names[*]}',
  ])
  const found = names.split(/\s+/).find((name) => /busybox/.test(name) && !name.includes('@'))
  assert.ok(found, names)
  return found
}
