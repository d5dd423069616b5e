import { fetchManifest, sumOf } from '../../lib/dns/manifest-source.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import type { Json } from '../../lib/json.ts'
import type { Before } from '../../lib/host/host.ts'
import type { File } from '../../lib/host/resources.ts'
import type { Step } from '../../lib/step.ts'

/** `path` is where the chapter's coredns.yaml lies for this target; `kept` the project's own copy. */
export const downloadManifest = (
  { manifest }: Inventory,
  { path, kept }: { readonly path: string; readonly kept: string },
): Step => ({
  id: 'download-manifest',
  title: 'Download coredns.yaml',
  chapter: { section: '14.1', command: `curl -o coredns.yaml ${manifest.url}` },
  about: {
    satisfied: 'the file has the pinned sha256',
    undo: 'the earlier file is put back, or none where there was none',
  },
  async check(on) {
    const bytes = await on.host.readFile(path)
    if (bytes !== null && (await sumOf(bytes)) === manifest.sha256) {
      return {
        status: 'satisfied',
        because: `already there, sha256 ${manifest.sha256.slice(0, 8)}…`,
      }
    }
    const text = bytes === null ? null : { text: Buffer.from(bytes).toString('utf8'), mode: 0o600 }
    const before: Before = { resource: fileAt(path, ''), now: text }
    return {
      status: 'drifted',
      changes: [
        {
          action: bytes === null ? 'create' : 'change',
          what: `file ${path}`,
          note: `sha256 ${manifest.sha256.slice(0, 8)}…, from ${manifest.url} or the copy kept with this project`,
        },
      ],
      undo: [before] as unknown as Json,
    }
  },
  async apply(on) {
    const { text, fallback } = await fetchManifest(on, manifest, kept)
    if (fallback !== null) on.remark(fallback)
    await on.host.put([fileAt(path, text)], on.say)
  },
  async verify(on) {
    const bytes = await on.host.readFile(path)
    return `${String(bytes?.byteLength ?? 0)} bytes, sha256 ${manifest.sha256.slice(0, 8)}…`
  },
  rollback: (on, undo) => on.host.restore(undo as unknown as readonly Before[]),
})

function fileAt(path: string, text: string): File {
  return { kind: 'file', path, mode: 0o600, text }
}
