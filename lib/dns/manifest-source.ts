import { observed, StepError, TooLargeError } from '../core/errors.ts'
import type { ManifestPin } from '../inventory/inventory.ts'
import type { Reading } from '../ports/step.ts'

const TIMEOUT_MS = 20_000

type WithUrl = ManifestPin & { readonly url: string }

/**
 * The manifest from its url, or the project's own copy where none can be downloaded from there. A body
 * that arrived whole and is another one is an error: somebody changed it, and that has to be seen.
 */
export async function fetchManifest(
  ctx: Reading,
  pin: ManifestPin,
  kept: string,
): Promise<{ readonly text: string; readonly fallback: string | null }> {
  const { url } = pin
  if (url === null) return { text: await keptAlone(ctx, pin, kept), fallback: null }
  const named = { ...pin, url }
  const got = await tryUrl(ctx, named)
  if ('body' in got) {
    await mustMatch(got.body, named)
    return { text: Buffer.from(got.body).toString('utf8'), fallback: null }
  }
  const copy = await ctx.host.readFile(kept)
  if (copy !== null && (await sumOf(copy)) === pin.sha256) {
    return {
      text: Buffer.from(copy).toString('utf8'),
      fallback: `the copy kept with this project, since ${url} gave none (${got.failed})`,
    }
  }
  throw new StepError({
    problem: `${url} gives no manifest, and the copy kept with this project ${copy === null ? 'is not there' : 'has another sha256'}`,
    seen: [got.failed],
    remedy: 'make the url reachable, or set manifest.url and manifest.sha256 in inventory.yaml',
  })
}

/**
 * The manifest where it lies for this target; where it does not, as on another machine than that of the run, the
 * pinned one, in memory: whether a cluster is healthy does not rest on a file here.
 */
export async function readOrFetch(
  on: Reading,
  { pin, path, kept }: { readonly pin: ManifestPin; readonly path: string; readonly kept: string },
): Promise<Uint8Array> {
  const own = await on.host.readFile(path)
  if (own !== null) return own
  const copy = await on.host.readFile(kept)
  if (copy !== null && (await sumOf(copy)) === pin.sha256) return copy
  return Buffer.from((await fetchManifest(on, pin, kept)).text)
}

/** SHA-256 in hexadecimal. */
export async function sumOf(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))
  return Buffer.from(digest).toString('hex')
}

/** Of an edition that nobody publishes as a file. */
async function keptAlone({ host }: Reading, { sha256 }: ManifestPin, kept: string) {
  const copy = await host.readFile(kept)
  if (copy !== null && (await sumOf(copy)) === sha256) return Buffer.from(copy).toString('utf8')
  throw new StepError({
    problem: `${kept} ${copy === null ? 'is not there' : 'is not the one that this version came with'}`,
    remedy: 'get that file of this project again, as it was published',
  })
}

async function tryUrl(
  ctx: Reading,
  pin: WithUrl,
): Promise<{ readonly body: Uint8Array } | { readonly failed: string }> {
  try {
    const { status, body } = await ctx.host.fetch(pin.url, {
      limit: pin.limitBytes,
      timeoutMs: TIMEOUT_MS,
    })
    return status === 200 ? { body } : { failed: `HTTP ${String(status)}` }
  } catch (error) {
    if (!(error instanceof TooLargeError)) return { failed: observed(error) }
    throw new StepError({
      problem: `${pin.url} is larger than the ${String(pin.limitBytes)} bytes that a manifest may have`,
      remedy: 'check manifest.url in inventory.yaml; a larger manifest needs manifest.limit raised',
    })
  }
}

async function mustMatch(body: Uint8Array, pin: WithUrl): Promise<void> {
  const sum = await sumOf(body)
  if (sum === pin.sha256) return
  const start = Buffer.from(body.subarray(0, 60)).toString('utf8').trim()
  const html = /^<(!doctype|html|\?xml)/i.test(start)
  throw new StepError({
    problem: html
      ? `${pin.url} answers with a web page instead of a manifest`
      : `${pin.url} has another content than the one pinned`,
    seen: [
      `sha256 ${sum}, ${String(body.byteLength)} bytes, begins with ${JSON.stringify(start.slice(0, 40))}`,
      `pinned ${pin.sha256}`,
    ],
    ...(html ? { cause: 'a proxy or a login page stands in between, or the file has gone' } : {}),
    remedy:
      'read what it is now; if you trust it, put its sha256 into manifest.sha256 of inventory.yaml',
  })
}
