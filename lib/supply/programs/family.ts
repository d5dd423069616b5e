import type { ImageName, ProgramFamily } from '../../core/programs.ts'

/** The kinds of machine for which sums are pinned, as Go and image registries call them. */
export type Arch = 'amd64' | 'arm64'

/** What is pinned of a family, and where it may come from, in the order tried. */
export type Family = {
  readonly name: ProgramFamily
  /** Of the official release and the Go module; a distribution's packages have their own. */
  readonly version: string
  /** The names under which its programs lie in the cache's bin folder. */
  readonly programs: readonly string[]
  /** A program that tells by running that the family works here, and what it must print. */
  readonly proof?: { readonly argv: readonly string[]; readonly prints: string }
  readonly release?: Release
  readonly build?: GoBuild
  /** Programs of the machine itself may do, where all of them are on the PATH. */
  readonly installed?: true
  readonly packages?: Packages
}

/** A file published by the project itself. `{arch}` in a path stands for the architecture. */
export type Release = {
  /** Scheme and host, which a mirror replaces. */
  readonly host: string
  readonly path: string
  /** `sha256:…` or `sha512:…` of the file; without one for an architecture it is not used there. */
  readonly sums: Readonly<Partial<Record<Arch, string>>>
  /** Where the sums were looked up. */
  readonly sumsFrom: string
  /** Bytes that are accepted at most. */
  readonly limit: number
  /** The folder of the programs in the gzipped tar; null where the file is the program itself. */
  readonly folder: string | null
}

/** A build from Go modules, pinned by a go.mod and go.sum in `go/FOLDER` of the project. */
export type GoBuild = {
  readonly folder: string
  /** Program -> package. All are built in one call, so that they share the work. */
  readonly packages: Readonly<Record<string, string>>
  readonly ldflags: string
}

/** Packages of a Debian-like distribution, unpacked and not installed. */
export type Packages = {
  /** The one whose version is told, first; then what it needs that a machine may lack. */
  readonly names: readonly string[]
  /** The folder of the programs inside the packages. */
  readonly folder: string
  /** All that these packages depend on comes too, down to the C library: they run where there is nothing, as in an image. */
  readonly complete?: true
  /** Set where the programs need libraries of these packages. */
  readonly wrapped?: Wrapped
}

/** Programs that start other ones with libraries of their own. */
export type Wrapped = {
  /** A folder of libraries that an environment variable tells them of. */
  readonly plugins?: { readonly folder: string; readonly variable: string }
  /** Program -> file in the packages' folder, and the words that go before its own arguments. */
  readonly commands: Readonly<Record<string, readonly [file: string, ...words: string[]]>>
}

/** What is pinned of an image. */
export type Image = {
  readonly name: ImageName
  /** Left out where there is none to be pulled. */
  readonly pull?: {
    /** The name it is imported under. */
    readonly reference: string
    /** Where it lies, in the order tried. A mirror takes the place of the host. */
    readonly from: readonly { readonly host: string; readonly repository: string }[]
    /** Of its manifest or its list of manifests. */
    readonly digest: string
    /** Where the digest was looked up. */
    readonly digestFrom: string
  }
  /** How it is named when made here from a family of programs; `{version}` is the program's own. */
  readonly made: { readonly reference: string; readonly family: ProgramFamily }
  /** The image that takes its place where it can neither be pulled nor made. */
  readonly orElse?: ImageName
}
