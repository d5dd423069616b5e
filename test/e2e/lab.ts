import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import { binOf, layoutOf } from '../../lib/lab/layout.ts'
import type { KubeObject } from '../../lib/cluster/cluster.ts'
import { LEASE } from '../../lib/cluster/lease-store.ts'
import { inventory, LAB } from './inventory.ts'
import { alone } from './alone.ts'
import { command, type Ended, output, run } from './program.ts'

/** Where the tests' lab lies. */
export const layout = layoutOf(LAB)

/** Why a lab cannot be here; false where it can: what `test` takes as `skip`. */
export const noLab: string | false =
  process.platform !== 'linux'
    ? `a lab needs Linux, this is ${process.platform}`
    : process.getuid?.() !== 0
      ? 'a lab needs root'
      : false

// Where they have to run, a machine that cannot carry them is a failure and no reason to skip.
if (noLab !== false && process.env['HARDWAY_E2E'] === 'required') throw new Error(noLab)

if (noLab === false) await alone()

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

/** One request, as an API server's audit log has it. */
export interface Audited {
  readonly verb: string
  readonly userAgent: string
  readonly requestURI: string
  readonly objectRef?: {
    readonly resource?: string
    readonly name?: string
    readonly subresource?: string
  }
}

/** How far the audit logs have come. */
export type AuditMark = Readonly<Record<string, number>>

export async function auditMark(logs: readonly string[]): Promise<AuditMark> {
  const sizes = await Promise.all(logs.map(async (log) => (await stat(log)).size))
  return Object.fromEntries(logs.map((log, i) => [log, sizes[i] ?? 0]))
}

/** The requests of this program since the mark. */
export async function auditedSince(mark: AuditMark): Promise<readonly Audited[]> {
  const texts = await Promise.all(Object.entries(mark).map(([log, from]) => readFrom(log, from)))
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Audited)
    .filter(({ userAgent }) => userAgent.startsWith('hardway/'))
}

/** Its writing requests since the mark, but for those of its own lease. */
export async function changesSince(mark: AuditMark): Promise<readonly Audited[]> {
  return (await auditedSince(mark)).filter((one) => isWriting(one) && !isOfLease(one))
}

async function readFrom(path: string, from: number): Promise<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

const REVIEW = /(?:access|token|subject)\w*reviews$/

/** A write of the lease that a run holds while it changes something: made, renewed and deleted with it. */
export function isOfLease({ objectRef }: Audited): boolean {
  return objectRef?.resource === 'leases' && objectRef.name === LEASE.name
}

/** Create, update, patch, delete; minus dry runs, reviews, exec and port-forward. */
export function isWriting({ verb, requestURI, objectRef }: Audited): boolean {
  if (!['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb)) return false
  if (new URL(requestURI, 'https://server').searchParams.get('dryRun') === 'All') return false
  if (REVIEW.test(objectRef?.resource ?? '')) return false
  return !['exec', 'portforward'].includes(objectRef?.subresource ?? '')
}
