import { readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { MachineFacts } from '../ports/host.ts'
import { MARK, processIds } from './processes.ts'
import { cacheDirOf } from '../supply/programs/context.ts'
import { findOnPath } from '../supply/programs/path.ts'
import { freeBytes } from '../supply/programs/space.ts'

/** capabilities(7), by bit; what namespaces, mounts, links, and cgroups take. */
const CAPABILITIES: Readonly<Record<string, number>> = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_KILL: 5,
  CAP_NET_ADMIN: 12,
  CAP_NET_RAW: 13,
  CAP_SYS_CHROOT: 18,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
}
const PROGRAMS = ['ip', 'nsenter', 'unshare', 'mount', 'umount', 'tee', 'stat', 'grep']

/** Reads what the machine is like; nothing is run. */
export async function machineFacts(): Promise<MachineFacts> {
  const linux = process.platform === 'linux'
  return {
    platform: process.platform,
    root: process.geteuid?.() === 0,
    cpus: cpus().length,
    memoryBytes: totalmem(),
    freeBytes: await freeBytesOf(['/var/lib', dirname(cacheDirOf(process.env))]),
    routes: linux ? await routes() : [],
    missingCapabilities: linux ? await missingCapabilities() : [],
    missingPrograms: await missingPrograms(),
    inotify: linux ? await inotify() : {},
    foreignKubelets: linux ? await foreignKubelets() : [],
  }
}

/** /proc/net/route: hexadecimal, in the machine's byte order. */
async function routes(): Promise<MachineFacts['routes']> {
  const text = await readFile('/proc/net/route', 'utf8').catch(() => '')
  const [, ...lines] = text.trim().split('\n')
  return lines.map((line) => {
    const [dev = '', to = '', , , , , , mask = ''] = line.split('\t')
    return { to: `${address(to)}/${bits(mask)}`, dev }
  })
}

function address(hex: string): string {
  return [3, 2, 1, 0].map((i) => String(parseInt(hex.slice(i * 2, i * 2 + 2), 16))).join('.')
}

function bits(hex: string): number {
  return parseInt(hex, 16).toString(2).replaceAll('0', '').length
}

async function missingCapabilities(): Promise<string[]> {
  const status = await readFile('/proc/self/status', 'utf8')
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return Object.entries(CAPABILITIES).flatMap(([name, bit]) =>
    (effective >> BigInt(bit)) & 1n ? [] : [name],
  )
}

async function missingPrograms(): Promise<string[]> {
  const path = process.env['PATH'] ?? ''
  const found = await Promise.all(PROGRAMS.map((program) => findOnPath(program, path)))
  return PROGRAMS.filter((_, i) => found[i] === null)
}

async function freeBytesOf(paths: readonly string[]): Promise<Record<string, number>> {
  const found = await Promise.all(paths.map(async (path) => [path, await freeBytes(path)] as const))
  return Object.fromEntries(found.flatMap(([path, free]) => (free === null ? [] : [[path, free]])))
}

async function inotify(): Promise<Record<string, number>> {
  const names = ['max_user_instances', 'max_user_watches']
  const values = await Promise.all(
    names.map((name) => readFile(`/proc/sys/fs/inotify/${name}`, 'utf8').catch(() => '')),
  )
  return Object.fromEntries(names.map((name, i) => [name, Number(values[i])]))
}

async function foreignKubelets(): Promise<number[]> {
  const found = await Promise.all(
    processIds().map(async (pid) => {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
      if (name.trim() !== 'kubelet') return []
      const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      if (environ.includes(`${MARK}=`)) return []
      // What remains of one that has just ended shows neither arguments nor environment any more.
      const cmdline = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      return cmdline === '' ? [] : [pid]
    }),
  )
  return found.flat()
}
