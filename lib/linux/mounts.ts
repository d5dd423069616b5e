import { readFile, readlink, stat } from 'node:fs/promises'
import { absent } from './files.ts'
import { processIds } from './processes.ts'

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export type Mount = {
  readonly path: string
  readonly type: string
}

/** All mounts of this process's namespace, in the order they were made. */
export async function mounts(): Promise<readonly Mount[]> {
  return parse(await readFile('/proc/self/mountinfo', 'utf8'))
}

/** Whether it is a mount point in any mount namespace: removing it would take those mounts away, which the kernel allows. */
export async function isMountPointAnywhere(path: string): Promise<boolean> {
  const seen = new Set<string>()
  for (const pid of processIds()) {
    // Others may end at any moment, and a kernel thread has nothing to read.
    const namespace = await readlink(`/proc/${pid}/ns/mnt`).catch(() => null)
    if (namespace === null || seen.has(namespace)) continue
    const text = await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => null)
    if (text === null) continue
    seen.add(namespace)
    if (parse(text).some((mount) => mount.path === path)) return true
  }
  return false
}

function parse(mountinfo: string): readonly Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const fields = line.split(' ')
    const path = fields[4]
    const type = fields[fields.indexOf('-') + 1]
    return path === undefined || type === undefined ? [] : [{ path: unescapeOctal(path), type }]
  })
}

/** Whether a file is a namespace kept by a bind mount (nsfs) rather than an ordinary file. */
export async function isNamespaceMount(path: string): Promise<boolean> {
  // nsfs files live on a device of their own; an ordinary file shares the one of /run.
  const [file, folder] = await Promise.all([
    stat(path).catch(absent),
    stat(path.slice(0, path.lastIndexOf('/'))).catch(absent),
  ])
  return file !== null && folder !== null && file.dev !== folder.dev
}

/** `\040` is how mountinfo writes a space. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)))
}
