import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What one run of a program took. */
export type Run = {
  /** Seconds from its start to the first byte on stdout. */
  readonly first: number
  /** Seconds from its start to its end. */
  readonly wall: number
  /** Seconds of processor, of all that it waited for. */
  readonly cpu: number
  /** MiB: the largest resident set of a Node process in it; 0 where there was none. */
  readonly peak: number
  readonly code: number
  readonly stdout: string
}

/** Each Node process that ends appends the kibibytes that it had resident at most. */
const REPORT = `data:text/javascript,${encodeURIComponent(
  `import{appendFileSync as a}from'node:fs';process.on('exit',()=>a(process.env.BENCH_PEAK,process.resourceUsage().maxRSS+'\\n'))`,
)}`
/** The shell's own account of what it has waited for, on descriptor 3; what takes too long is ended. */
const ACCOUNT = 'timeout --kill-after=5 90 "$@" 3>&-; code=$?; times >&3; exit $code'

/** Runs a program once. A run that takes longer than a minute and a half is ended, and says so by its code. */
export async function runOnce(
  argv: readonly string[],
  folder: string,
  memory = false,
): Promise<Run> {
  const file = join(folder, 'peak')
  await rm(file, { force: true })
  const more = memory ? { NODE_OPTIONS: `--import=${REPORT}`, BENCH_PEAK: file } : {}
  const since = performance.now()
  const child = spawn('sh', ['-c', ACCOUNT, 'sh', ...argv], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    env: { ...process.env, ...more },
  })
  let [stdout, account, first] = ['', '', 0]
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (first === 0) first = performance.now() - since
    stdout += text
  })
  child.stdio[3]?.on('data', (bytes: Buffer) => (account += bytes.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  const wall = performance.now() - since
  return {
    ...{ first: first / 1000, wall: wall / 1000, cpu: cpuOf(account), code: code ?? -1, stdout },
    peak: memory ? await peakOf(file) : 0,
  }
}

/** `times` prints the shell's own first, then its children's: `0m0.51s 0m0.08s`. */
function cpuOf(account: string): number {
  const children = account.trim().split('\n')[1] ?? ''
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)]
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  )
}

async function peakOf(file: string): Promise<number> {
  const lines = (await readFile(file, 'utf8').catch(() => '0')).trim().split('\n')
  return Math.max(...lines.map(Number)) / 1024
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
