import { dirname, join } from 'node:path'
import { UnknownYetError } from '../core/errors.ts'
import { textAt, textsAt } from '../core/json.ts'
import { carryByHand } from '../corefile/carry.ts'
import { KEPT_FILES } from '../inventory/editions.ts'
import { ownersOf } from '../objects/managed-fields.ts'
import { FIELD_MANAGER } from '../objects/manager.ts'
import { readManifest } from '../objects/manifest.ts'
import { isApplied, withMetadata } from '../objects/objects.ts'
import { type KubeObject, nameOf, refOf } from '../ports/cluster.ts'
import type { Reading } from '../ports/step.ts'
import { sumOf } from '../dns/manifest-source.ts'
import {
  type CorefilePlace,
  corednsVersion,
  corefilePlaceIn,
  editCorefile,
} from './corefile-place.ts'
import { orWhereRefused } from '../dns/unless-refused.ts'

/** What is to be applied, and what is to be said of its Corefile. */
export type ByHand = {
  readonly objects: readonly KubeObject[]
  readonly told: readonly string[]
  readonly obstacles: readonly { readonly seen: string; readonly remedy: string }[]
}

/**
 * Beside a Corefile in which edits by hand were kept: the sum of the manifest's own, and the text that was wanted instead of it.
 * So a later run of the same manifest wants the same, and knows what was done to it since.
 */
const OF = 'hardway/corefile-of'
const TEXT = 'hardway/corefile'

/** Whether its Corefile has edits by hand in it. */
export function isCarried(configMap: KubeObject): boolean {
  return textAt(configMap, 'metadata', 'annotations', TEXT) !== undefined
}

/**
 * The objects of a manifest. Its Corefile keeps the edits by hand of a live one that is of another edition, or that somebody else made;
 * where the live one is this manifest's own, an edit is drift, as anywhere. `kept` is a file in the folder of all editions.
 */
export async function withCorefileByHand(
  on: Reading,
  objects: readonly KubeObject[],
  kept: string,
): Promise<ByHand> {
  const place = corefilePlaceIn(objects)
  const own = { objects, told: [], obstacles: [] }
  if (place === null) return own
  const { configMap, source, wanted } = place
  const found = await findLive(on, place)
  if (found === null || found.text === wanted) return own
  const sum = await sumOf(Buffer.from(wanted))
  const withText = (corefile: string) =>
    objects.map((one) => (one === configMap ? withCorefile(place, corefile, sum) : one))
  if (found.noted?.of === sum) return { ...own, objects: withText(found.noted.text) }
  if (found.onlyOurs && found.noted === null) return own
  const carried = carryByHand({
    ...{ live: found.text, wanted },
    shipped: await shippedIn(dirname(kept), on),
    version: corednsVersion(place.workload),
  })
  if (carried.base !== 'shipped' && (await isOurs(on, place.workload))) return own
  const said = (line: string) => `${source.key} of ${nameOf(configMap)}, ${line}`
  return {
    objects: carried.text === wanted ? objects : withText(carried.text),
    told: carried.told.map(said),
    obstacles: carried.obstacles.map((line) => ({ seen: said(line), remedy: editCorefile(place) })),
  }
}

/** A live Corefile, what is noted beside it, and whether nobody else has written it. */
async function findLive(on: Reading, { configMap, source: { key } }: CorefilePlace) {
  const live = await seen(on, configMap)
  const text = textAt(live, 'data', key)
  if (live === undefined || text === undefined) return null
  const { [OF]: of, [TEXT]: noted } = textsAt(live, 'metadata', 'annotations')
  const owners = ownersOf(live).get(`.data.${key}`) ?? []
  return {
    text,
    noted: of === undefined || noted === undefined ? null : { of, text: noted },
    onlyOurs: owners.length > 0 && owners.every((owner) => owner === FIELD_MANAGER),
  }
}

/** Whether this program has applied it. A ConfigMap does not tell: its only field is whose who edited it. */
async function isOurs(on: Reading, workload: KubeObject): Promise<boolean> {
  const live = await seen(on, workload)
  return live !== undefined && isApplied(live)
}

/** Where it may not be read, the preview tells that. */
function seen({ cluster }: Reading, object: KubeObject): Promise<KubeObject | undefined> {
  return orWhereRefused(undefined, async () => {
    try {
      return (await cluster.get(refOf(object))) ?? undefined
    } catch (error) {
      // A dry-run over a lab that is yet to be made.
      if (error instanceof UnknownYetError) return undefined
      throw error
    }
  })
}

/** The Corefiles of all editions. */
async function shippedIn(folder: string, { host }: Reading): Promise<readonly string[]> {
  const texts = await Promise.all(
    KEPT_FILES.map(async (file) => {
      const path = join(folder, file)
      const bytes = await host.readFile(path)
      return bytes === null ? undefined : corefilePlaceIn(readManifest(bytes, path).objects)?.wanted
    }),
  )
  return texts.filter((text) => text !== undefined)
}

function withCorefile({ configMap, source }: CorefilePlace, text: string, sum: string): KubeObject {
  const data = textsAt(configMap, 'data')
  const annotations = { ...textsAt(configMap, 'metadata', 'annotations'), [OF]: sum, [TEXT]: text }
  return { ...withMetadata(configMap, { annotations }), data: { ...data, [source.key]: text } }
}
