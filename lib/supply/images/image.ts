import type { ImageName, ProgramFamily } from '../../core/programs.ts'

/** What is pinned of an image. */
export interface Image {
  readonly name: ImageName
  readonly pull: Pull
  /** How it is named when made here from a family of programs; `{version}` is the program's own. */
  readonly made: { readonly reference: string; readonly family: ProgramFamily }
}

/** An image in a registry, pinned by the digest of its manifest or manifest list. */
export interface Pull {
  /** The name it is imported under. */
  readonly reference: string
  /** Where it lies, in the order tried. A mirror takes the place of the host. */
  readonly from: readonly { readonly host: string; readonly repository: string }[]
  readonly digest: string
  /** Where the digest was looked up. */
  readonly digestFrom: string
}
