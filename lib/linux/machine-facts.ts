import { access, constants, readdir, readFile, statfs } from 'node:fs/promises'
import { cpus, homedir, totalmem } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { absent } from './files.ts'
import type { MachineFacts } from '../ports/host.ts'
import { MARK } from './processes.ts'

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
    freeBytes: await freeBytes([
      '/var/lib',
      process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    ]),
    routes: linux ? await routes() : [],
    missingCapabilities: linux ? await missingCapabilities() : [],
    missingPrograms: await missingPrograms(),
    inotify: linux ? await inotify() : {},
    foreignKubelets: linux ? await foreignKubelets() : [],
  }
}

async function freeBytes(paths: readonly string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const path of paths) {
    let folder = path
    let stat = await statfs(folder).catch(absent)
    while (stat === null && folder !== dirname(folder)) {
      folder = dirname(folder)
      stat = await statfs(folder).catch(absent)
    }
    if (stat !== null) found[path] = stat.bavail * stat.bsize
  }
  return found
}

/** /proc/net/route: hexadecimal, in the machine's byte order. */
async function routes(): Promise<MachineFacts['routes']> {
  const lines = (await readFile('/proc/net/route', 'utf8').catch(() => ''))
    .trim()
    .split('\n')
    .slice(1)
  return lines.map((line) => {
    const fields = line.split('\t')
    return {
      to: `${address(fields[1] ?? '')}/${bits(fields[7] ?? '')}`,
      dev: fields[0] ?? '',
    }
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
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const there = async (program: string): Promise<boolean> => {
    for (const folder of folders) {
      const found = await access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      )
      if (found) return true
    }
    return false
  }
  const found = await Promise.all(PROGRAMS.map(there))
  return PROGRAMS.filter((_, i) => found[i] !== true)
}

async function inotify(): Promise<Record<string, number>> {
  const names = ['max_user_instances', 'max_user_watches']
  const values = await Promise.all(
    names.map((name) => readFile(`/proc/sys/fs/inotify/${name}`, 'utf8').catch(() => '')),
  )
  return Object.fromEntries(names.map((name, i) => [name, Number(values[i])]))
}

async function foreignKubelets(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
      if (name.trim() !== 'kubelet') return []
      const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      if (environ.includes(`${MARK}=`)) return []
      // What remains of one that has just ended shows neither arguments nor environment any more.
      const cmdline = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      return cmdline === '' ? [] : [Number(pid)]
    }),
  )
  return found.flat()
}
