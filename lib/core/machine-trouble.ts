import { dirname } from 'node:path'
import { isExplained, messageOf, StepError, systemCode } from './errors.ts'
import { makeRoomFor, saysFullDisk } from './full-disk.ts'

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
    return new StepError(
      {
        problem: `${what} cannot be written: the disk is full`,
        seen: [messageOf(error)],
        remedy: makeRoomFor(file),
      },
      { cause: error },
    )
  }
  if (!(error instanceof Error) || !REFUSALS.includes(systemCode(error) ?? '')) return error
  return new StepError(
    {
      problem: `${what} cannot be written: ${error.message}`,
      remedy: `look at it (ls -ld ${dirname(file)} ${file}; mount; ulimit -a), then continue with npx tsx run.ts --resume`,
    },
    { cause: error },
  )
}
