import { dirname } from 'node:path'
import { isExplained, messageOf, StepError, systemCode } from './errors.ts'

const FULL = /no space left on device|disk quota exceeded/i
/** As Go's programs and coreutils write it, the file first. */
const FILE_BEFORE = /(\/[^\s:'"]+)['"]?: (?:no space left on device|disk quota exceeded)/i
const MAKE_ROOM = 'free space there, then continue with npx tsx run.ts --resume'

/** What a machine can refuse to any program; other system errors would be mistakes of this one. */
const REFUSALS = ['EACCES', 'EAGAIN', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'EPERM', 'EROFS']

/** True for «no space left» of the system itself, or told by a program that was run. */
export function isFullDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = systemCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT' || saysFullDisk(error.message)
}

/** What the machine refused when a thing (`file /etc/hosts`) was to be written, as a StepError; any other error as it is. */
export function machineTrouble(what: string, error: unknown): unknown {
  if (isExplained(error)) return error
  const [file = '/'] = /\/\S+/.exec(what) ?? []
  if (isFullDisk(error)) {
    const problem = `${what} cannot be written: the disk is full`
    const seen = [messageOf(error)]
    return new StepError(
      { problem, seen, remedy: makeRoomFor(file) },
      { cause: error, obstacle: true },
    )
  }
  if (!(error instanceof Error) || !REFUSALS.includes(systemCode(error) ?? '')) return error
  return new StepError(
    {
      problem: `${what} cannot be written: ${error.message}`,
      remedy: `look at it (ls -ld ${dirname(file)} ${file}; mount; ulimit -a), then continue with npx tsx run.ts --resume`,
    },
    { cause: error, obstacle: true },
  )
}

/** True for the text of a program that a full disk, or a used up quota, has stopped. */
export function saysFullDisk(text: string): boolean {
  return FULL.test(text)
}

/** Cause and remedy of a program's failure, where its text tells of a full disk. */
export function fullDiskIn(
  text: string,
): { readonly cause: string; readonly remedy: string } | null {
  if (!saysFullDisk(text)) return null
  const [, file] = FILE_BEFORE.exec(text) ?? []
  return file === undefined
    ? { cause: 'a disk is full', remedy: `df -h; ${MAKE_ROOM}` }
    : { cause: `the disk of ${dirname(file)} is full`, remedy: makeRoomFor(file) }
}

/** What to do for a file that a full disk has no room for. */
export function makeRoomFor(file: string): string {
  return `df -h ${dirname(file)}; ${MAKE_ROOM}`
}
