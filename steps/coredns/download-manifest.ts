import { fetchManifest, sumOf } from '../../lib/dns/manifest-source.ts'
import { StepError } from '../../lib/core/errors.ts'
import { fingerprintOf } from '../../lib/core/fingerprint.ts'
import { quoted } from '../../lib/core/shell.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import type { Before } from '../../lib/ports/host.ts'
import type { File } from '../../lib/ports/resources.ts'
import type { Reading, Step } from '../../lib/ports/step.ts'

/** `path` is where the chapter's coredns.yaml lies for this target; `kept` the project's own copy. */
export const downloadManifest = ({
  inventory: { manifest },
  path,
  kept,
}: Pick<Chapter, 'inventory' | 'path' | 'kept'>): Step<readonly Before[]> => ({
  id: 'download-manifest',
  title: manifest.url === null ? 'Copy coredns.yaml' : 'Download coredns.yaml',
  chapter: {
    section: '14.1',
    command:
      manifest.url === null
        ? `cp manifests/${manifest.kept} coredns.yaml`
        : `curl -o coredns.yaml ${manifest.url}`,
  },
  touches: [],
  onlyHere: true,
  byHand: () =>
    Promise.resolve(
      [
        `${manifest.url === null ? '' : `curl -fsSLo coredns.yaml ${quoted(manifest.url)} || `}cp ${quoted(kept)} coredns.yaml`,
        `echo '${manifest.sha256}  coredns.yaml' | sha256sum -c`,
      ].join('\n'),
    ),
  about: {
    satisfied: 'the file has the pinned sha256',
    undo: 'the earlier file is put back, or none where there was none',
  },
  async check(ctx) {
    if ((await sumAt(ctx, path)) === manifest.sha256) {
      return { status: 'satisfied', because: `already there, sha256 ${short(manifest.sha256)}` }
    }
    const resource = fileAt(path, '')
    const [found] = await ctx.host.look([resource])
    const before: Before = { resource, now: found?.now ?? null }
    return {
      status: 'drifted',
      changes: [
        {
          action: before.now === null ? 'create' : 'change',
          what: `file ${path}`,
          note: `sha256 ${short(manifest.sha256)}, ${manifest.url === null ? '' : `from ${manifest.url} or `}the copy kept with this project`,
        },
      ],
      undo: [before],
      // By its digest alone: whatever lies there may be anybody's.
      evidence: [
        fingerprintOf(`file ${path}`, before.now === null ? null : 'there', { counts: before.now }),
      ],
    }
  },
  async apply(ctx) {
    const { text, fallback } = await fetchManifest(ctx, manifest, kept)
    if (fallback !== null) ctx.remark(fallback)
    await ctx.host.put([fileAt(path, text)], ctx.progress)
  },
  async verify(ctx) {
    const sum = await sumAt(ctx, path)
    if (sum === manifest.sha256) return `${path}, sha256 ${short(sum)}`
    throw new StepError({
      problem: sum === null ? `${path} is not there` : `${path} is not the pinned manifest`,
      ...(sum === null ? {} : { seen: [`sha256 ${sum}`, `pinned ${manifest.sha256}`] }),
      remedy: 'npx tsx run.ts --only download-manifest',
    })
  },
  rollback: (ctx, undo) => ctx.host.restore(undo, ctx.undone),
})

async function sumAt(ctx: Reading, path: string): Promise<string | null> {
  const bytes = await ctx.host.readFile(path)
  return bytes === null ? null : sumOf(bytes)
}

function short(sum: string): string {
  return `${sum.slice(0, 8)}…`
}

function fileAt(path: string, text: string): File {
  return { kind: 'file', path, mode: 0o600, text }
}
