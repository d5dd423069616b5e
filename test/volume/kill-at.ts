// Loaded before run.ts with `node --import`. Counts the points at which a death could do harm: around each write of a
// file below HARDWAY_KILL_FOLDER, and around each writing request. At point HARDWAY_KILL_AT the process sends itself
// HARDWAY_KILL_SIGNAL. HARDWAY_KILL_LOG gets the names of the points passed.
import { channel } from 'node:diagnostics_channel'
import { appendFileSync, readlinkSync, writeSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'
import { kindOf } from '../../lib/kube-client/gate.ts'
import type { Request } from '../../lib/kube-client/wire.ts'

const folder = process.env['HARDWAY_KILL_FOLDER'] ?? ''
const log = process.env['HARDWAY_KILL_LOG'] ?? '/dev/null'
const signal = process.env['HARDWAY_KILL_SIGNAL'] ?? 'SIGKILL'
const at = Number(process.env['HARDWAY_KILL_AT'] ?? 0)
let passed = 0

/** True where this is the point to die at. */
function reached(name: string): boolean {
  passed += 1
  appendFileSync(log, `${name}\n`)
  return passed === at
}

function point(name: string): void {
  if (reached(name)) process.kill(process.pid, signal)
}

type Call = (this: unknown, ...args: unknown[]) => Promise<unknown>

/** Has `around` called in place of a method, with the real one. */
function wrap(object: object, method: string, around: (real: Call) => Call): void {
  const methods = object as Record<string, Call>
  const real = methods[method]
  if (real === undefined) throw new Error(`there is no ${method} to wrap`)
  methods[method] = around(real)
}

for (const method of ['link', 'rename', 'unlink', 'mkdir', 'rmdir', 'rm', 'writeFile']) {
  wrap(fs, method, (real) => async (...args) => {
    // The name that comes into being is the last path.
    const path = String(method === 'rename' || method === 'link' ? args[1] : args[0])
    if (!path.startsWith(folder)) return real(...args)
    const what = `${method} ${nameOf(path)}`
    point(`before ${what}`)
    const done = await real(...args)
    point(`after ${what}`)
    return done
  })
}
syncBuiltinESMExports()

const probe = await fs.open('/dev/null')
const handles = Object.getPrototypeOf(probe) as object
await probe.close()

interface Handle {
  readonly fd: number
}

for (const method of ['write', 'writeFile', 'sync', 'truncate']) {
  wrap(
    handles,
    method,
    (real) =>
      async function (...args) {
        const { fd } = this as Handle
        const path = readlinkSync(`/proc/self/fd/${String(fd)}`)
        if (!path.startsWith(folder)) return real.apply(this, args)
        const what = `${method} ${nameOf(path)}`
        point(`before ${what}`)
        if (method === 'write' && reached(`torn ${what}`)) tear(fd, args)
        const done = await real.apply(this, args)
        point(`after ${what}`)
        return done
      },
  )
}

/** Half of the bytes come onto the disk. */
function tear(fd: number, [bytes, from, length, position]: readonly unknown[]): void {
  if (signal === 'SIGKILL') {
    writeSync(
      fd,
      bytes as Uint8Array,
      Number(from),
      Math.floor(Number(length) / 2),
      Number(position),
    )
  }
  process.kill(process.pid, signal)
}

/** The last name of a path, without what is random in it. */
function nameOf(path: string): string {
  return basename(path).replaceAll(/[0-9a-f]{16}/g, '*')
}

/** What undici tells of a request. */
interface Told {
  readonly request: { readonly method: Request['method']; readonly path: string }
}

const requests = [
  ['undici:request:create', 'before'],
  ['undici:request:bodySent', 'sent'],
  ['undici:request:headers', 'answered'],
] as const
for (const [name, when] of requests) {
  channel(name).subscribe((message) => {
    const { method, path } = (message as Told).request
    const url = new URL(path, 'https://server')
    const query = Object.fromEntries(url.searchParams)
    if (kindOf({ method, path: url.pathname, query }) === 'write') {
      point(`${when} ${method} ${url.pathname}`)
    }
  })
}
