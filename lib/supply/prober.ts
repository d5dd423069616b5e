import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { isExplained } from '../core/errors.ts'
import { families } from './pins.ts'
import { acquirePrograms } from './programs/acquire.ts'
import { lookPrograms } from './programs/cache.ts'
import type { ProgramsContext } from './programs/context.ts'
import type { Arch } from './programs/family.ts'
import type { Job } from './programs/job.ts'
import { findToolchain, isOlder, leastGo } from './programs/toolchain.ts'

/** The prober for a machine of another kind than this one, perhaps; or why there is none. */
export type ProberBytes =
  | { readonly gzipped: Uint8Array; readonly plain: Uint8Array; readonly sha256: string }
  | { readonly lacking: string }

const ARCHES: readonly Arch[] = ['amd64', 'arm64']
/** It takes 19 s of processor time where nothing was compiled before. What Go has compiled by then, it keeps. */
const BUILD_MS = 60_000

/**
 * The prober for Linux on `arch`, from the cache, else built by a Go that is on this machine. Nothing is fetched, neither a
 * Go nor a module, since nobody who asks a cluster for its DNS expects that. Never rejects but for a bug, or the signal.
 */
export async function proberFor(arch: string, job: Job): Promise<ProberBytes> {
  const known = ARCHES.find((one) => one === arch)
  if (known === undefined) return { lacking: `there is no prober for ${arch} machines` }
  const env = { ...job.context.env, GOPROXY: 'off', GOTOOLCHAIN: 'local' }
  const context = { ...job.context, env, mirrors: {}, arch: known }
  try {
    const { dir } = (await lookPrograms(families.prober, context)) ?? (await built(context, job))
    return await bytesOf(join(dir, 'prober'))
  } catch (error) {
    job.signal.throwIfAborted()
    if (error instanceof NoGoError) return { lacking: error.message }
    if (!isExplained(error)) throw error
    const [said = error.explanation.problem] = error.explanation.seen ?? []
    return { lacking: `the prober could not be built: ${said.trim().split('\n').at(-1) ?? ''}` }
  }
}

class NoGoError extends Error {}

async function built(context: ProgramsContext, { progress, signal }: Job) {
  const least = leastGo(join(context.projectDir, 'go', families.prober.build?.folder ?? ''))
  const toolchain = await findToolchain(context)
  const isOld = toolchain !== null && isOlder(toolchain.version, least)
  if (toolchain === null || (isOld && toolchain.version !== 'unknown')) {
    const found =
      toolchain === null ? 'there is no Go on this machine' : `${toolchain.version} is too old`
    throw new NoGoError(
      `the prober is not in the cache, and ${found}; with Go ${least} or newer (go.dev/dl) it is built, once`,
    )
  }
  const late = AbortSignal.timeout(BUILD_MS)
  try {
    return await acquirePrograms(families.prober, {
      ...{ context, progress },
      signal: AbortSignal.any([signal, late]),
    })
  } catch (error) {
    signal.throwIfAborted()
    if (!late.aborted) throw error
    const why = `building the prober took longer than ${BUILD_MS / 1000} s`
    throw new NoGoError(`${why}; what is compiled is kept, so that the next time takes less`)
  }
}

async function bytesOf(path: string): Promise<ProberBytes> {
  const plain = await readFile(path)
  const gzipped = await promisify(gzip)(plain, { level: 9 })
  return { gzipped, plain, sha256: createHash('sha256').update(plain).digest('hex') }
}
