import { CHAPTER } from './chapter.ts'
import type { ManifestPin } from './inventory.ts'
import type { InventoryFile } from './schema.ts'

/** Which CoreDNS: the chapter's own of 2020, or the one that goes with a Kubernetes of today. */
export type Edition = InventoryFile['edition']

/** The manifests that are kept with this project, in its folder `manifests`. */
const KEPT: Readonly<
  Record<Edition, Omit<ManifestPin, 'limitBytes'> & { readonly image: string }>
> = {
  2020: {
    url: CHAPTER.manifest.url,
    sha256: CHAPTER.manifest.sha256,
    kept: 'coredns-1.6.2.yaml',
    image: 'coredns/coredns:1.6.2',
  },
  current: {
    url: null,
    sha256: '8dd3e36130af3e0e446bad2511abf4c428aa162de36c58dbbfc052109bfdbffb',
    kept: 'coredns-1.14.6.yaml',
    image: 'registry.k8s.io/coredns/coredns:v1.14.6',
  },
}

/** The files of all editions, in that folder. */
export const KEPT_FILES: readonly string[] = Object.values(KEPT).map(({ kept }) => kept)

/** Whether it is an edition's own: what its pods need, a lab gets by its own steps. */
export function isOfEdition(manifest: Pick<ManifestPin, 'sha256'>): boolean {
  return imageOf(manifest) !== undefined
}

/** The image of CoreDNS in it, where it is an edition's own. */
export function imageOf({ sha256 }: Pick<ManifestPin, 'sha256'>): string | undefined {
  return Object.values(KEPT).find((one) => one.sha256 === sha256)?.image
}

/** The manifest of an edition; one that the file names itself stays as it is, whatever the edition. */
export function manifestOf({
  edition,
  manifest,
}: Pick<InventoryFile, 'edition' | 'manifest'>): ManifestPin {
  const { url, sha256, limit: limitBytes } = manifest
  const own = url !== CHAPTER.manifest.url || sha256.toLowerCase() !== CHAPTER.manifest.sha256
  if (own) return { url, sha256: sha256.toLowerCase(), kept: KEPT[2020].kept, limitBytes }
  const shipped = KEPT[edition]
  return { url: shipped.url, sha256: shipped.sha256, kept: shipped.kept, limitBytes }
}
