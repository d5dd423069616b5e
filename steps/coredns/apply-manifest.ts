import { UnknownYetError } from '../../lib/core/errors.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { CHAPTER_RIGHTS } from '../../lib/dns/chapter-rights.ts'
import { findDnsService } from '../../lib/dns/find-dns.ts'
import { editCorefile } from '../../lib/coredns/corefile-place.ts'
import { type Tried, tryCorefileOf } from '../../lib/coredns/corefile-trial.ts'
import { LAB_RESOLV_CONF } from '../../lib/lab/daemons/kubelet.ts'
import { withCorefileByHand } from '../../lib/coredns/corefile-by-hand.ts'
import { imagesNotThere } from '../../lib/dns/lab-images.ts'
import { judgeManifest } from '../../lib/dns/judge-manifest.ts'
import { readOrFetch } from '../../lib/dns/manifest-source.ts'
import { isOfEdition } from '../../lib/inventory/editions.ts'
import { readManifest } from '../../lib/objects/manifest.ts'
import type { Step } from '../../lib/ports/step.ts'
import type { Undo } from '../../lib/objects/restore.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'

export const applyManifest = ({
  inventory: { manifest: pin, cluster, target },
  path,
  kept,
  onConflict,
}: Pick<Chapter, 'inventory' | 'path' | 'kept' | 'onConflict'>): Step<readonly Undo[]> => {
  const step = objectsStep({
    id: 'apply-manifest',
    title: 'Apply coredns.yaml',
    chapter: { section: '14.1', command: 'kubectl apply -f coredns.yaml' },
    touches: ['hosts', 'objects'],
    onConflict,
    async objects(ctx, { remark, note, obstacle }) {
      const bytes = await readOrFetch(ctx, { pin, path, kept })
      const { objects, leftOut } = readManifest(bytes, path)
      if (leftOut !== null) remark(`left out of the manifest, as servers write it: ${leftOut}`)
      // What is left to its owner is not carried over.
      if (onConflict === 'skip') return objects
      const carried = await withCorefileByHand(ctx, objects, kept)
      carried.told.forEach(note)
      carried.obstacles.forEach(obstacle)
      return carried.objects
    },
    judge: async (all, ctx, { note, obstacle }) => {
      const tried = await tryCorefileOf(all, ctx.host, {
        left: onConflict === 'skip',
        proven: isOfEdition(pin),
        resolvConf: target.kind === 'lab' ? LAB_RESOLV_CONF : null,
      })
      const refused = tried !== null && 'refused' in tried ? tried : null
      if (tried !== null && 'note' in tried) note(tried.note)
      if (refused?.ofLive === true) {
        obstacle({ seen: refused.refused, remedy: editCorefile(refused.where) })
      }
      const objects = all.map(({ object }) => object)
      // Of an edition they were imported by a step of the lab, perhaps just now: kubelets tell of it only later.
      const brought = target.kind !== 'lab' || isOfEdition(pin)
      const images = brought ? [] : await imagesNotThere(objects, ctx.cluster)
      return [...ownFault(refused), ...judgeManifest(all, cluster), ...images]
    },
    needs: CHAPTER_RIGHTS,
  })
  return {
    ...step,
    changesDns: {
      takenAwayBy: (undo) =>
        undo.some(({ ref: { kind }, before }) => before === null && SERVING.has(kind)),
    },
    async check(ctx) {
      const check = await step.check(ctx)
      if (check.status !== 'drifted' || check.blocked !== undefined) return check
      const { length } = check.evidence ?? []
      if (check.undo.length < length || check.undo.some(({ before }) => before !== null)) {
        return check
      }
      try {
        const dns = await findDnsService(ctx.cluster, cluster.dnsAddress)
        return 'missing' in dns ? { ...check, absent: absent(length, dns.missing) } : check
      } catch (error) {
        // A dry-run over a lab that is yet to be made.
        if (error instanceof UnknownYetError) return check
        throw error
      }
    },
  }
}

/** The manifest's own Corefile is not what is live. */
function ownFault(tried: Extract<Tried, { readonly refused: string }> | null): readonly string[] {
  return tried === null || tried.ofLive ? [] : [tried.refused]
}

/** Without any of these nobody answers. */
const SERVING = new Set(['Service', 'Deployment', 'DaemonSet', 'StatefulSet'])

function absent(objects: number, [missing = 'no cluster DNS is there']: readonly string[]) {
  return {
    problem: `nothing of the chapter is in this cluster: none of the ${objects} objects of coredns.yaml is there, and ${missing}`,
    remedy: 'npx tsx run.ts makes it; npx tsx run.ts --dry-run shows first what that would be',
  }
}
