import { readFile, stat } from 'node:fs/promises'
import { absent } from './files.ts'

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export interface Mount {
  readonly path: string
  readonly type: string
}

/** All mounts of this process's namespace, in the order they were made. */
export async function mounts(): Promise<readonly Mount[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8')
  return text.split('\n').flatMap((line) => {
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
