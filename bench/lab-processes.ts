import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A process of a lab. */
export type LabProcess = { readonly pid: number; readonly host: string; readonly program: string }

/** All that runs on the hosts whose names begin so, the pods' processes included. */
export async function labProcesses(prefix: string): Promise<readonly LabProcess[]> {
  const names = (await readdir('/run/netns')).filter((name) => name.startsWith(prefix))
  const hosts = new Map<number, string>()
  for (const name of names) hosts.set((await stat(join('/run/netns', name))).ino, name)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const all = (await Promise.all(pids.map(look))).filter((one) => one !== null)
  const found = new Map<number, LabProcess>()
  // A pod has a network namespace of its own, and its parent has its host's.
  for (let more = true; more;) {
    const before = found.size
    for (const { pid, parent, net, program } of all) {
      const host = hosts.get(net) ?? found.get(parent)?.host
      if (host !== undefined) found.set(pid, { pid, host, program })
    }
    more = found.size > before
  }
  return [...found.values()]
}

/** GiB that these processes take of the machine's memory, what they share counted once. */
export async function memoryOf(processes: readonly LabProcess[]): Promise<number> {
  const parts = processes.map(async ({ pid }) => {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0)
  })
  return (await Promise.all(parts)).reduce((sum, one) => sum + one, 0) / 1024 ** 2
}

/** Null of what has ended meanwhile. */
async function look(pid: number) {
  try {
    const [status, words, { ino }] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      stat(`/proc/${pid}/ns/net`),
    ])
    const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1])
    const [command = ''] = words.split('\0')
    return { pid, parent, net: ino, program: command.slice(command.lastIndexOf('/') + 1) }
  } catch {
    return null
  }
}
