/** Programs that come together: one archive, one build, one set of packages. */
export type ProgramFamily =
  | 'kubernetes'
  | 'etcd'
  | 'containerd'
  | 'runc'
  | 'cni'
  | 'iptables'
  | 'nftables'
  | 'coredns'
  | 'coredns-current'
  | 'pause'
  | 'prober'
  | 'busybox'
  | 'conformance'
  | 'dnsutils'

/** Other places for the same files; sums stay as pinned. Each is a URL without a slash at its end. */
export type Mirrors = {
  /** Holds a folder per release host, as in `MIRROR/github.com/etcd-io/etcd/releases/…`. */
  readonly releases?: string
  /** A registry that answers for all images, under their repositories' names. */
  readonly images?: string
  /** A Go module proxy; goes before the user's GOPROXY. */
  readonly modules?: string
}

/** The images that the lab needs: the chapter's server and its client, the sandbox, and who asks from each worker. */
export type ImageName = 'coredns' | 'coredns-current' | 'pause' | 'probe' | 'prober'
