import { hostname, userInfo } from 'node:os'
import { z } from 'zod'
import { isGone, thisProcess } from '../process/process-identity.ts'

const schema = z.object({
  v: z.literal(1),
  /** Told apart from every other holder by this. Part of file names: it may choose no other folder. */
  token: z.string().regex(/^[0-9a-f]{8,64}$/),
  pid: z.int(),
  started: z.string().nullable(),
  boot: z.string().nullable(),
  pids: z.string().nullable(),
  user: z.string(),
  host: z.string(),
  run: z.string(),
  step: z.string(),
  since: z.string(),
})

/** What a lock file says about who holds it: a process, and what it does. */
export type Holder = Readonly<z.infer<typeof schema>>

export function thisHolder(about: Pick<Holder, 'token' | 'run' | 'step' | 'since'>): Holder {
  return { v: 1, ...thisProcess(), user: userName(), host: hostname(), ...about }
}

export function userAtHost(): string {
  return `${userName()}@${hostname()}`
}

/** Reads what `JSON.stringify(holder)` wrote; null for anything else. */
export function parseHolder(text: string): Holder | null {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Whether the holder's process is gone: 'unknown' where that cannot be told from here. */
export function isHolderGone(holder: Holder): boolean | 'unknown' {
  return holder.host === hostname() ? isGone(holder) : 'unknown'
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
