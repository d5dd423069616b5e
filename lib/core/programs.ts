/** Programs that come together: one archive, one build, one set of packages. */
export type ProgramFamily =
  | 'kubernetes'
  | 'etcd'
  | 'containerd'
  | 'runc'
  | 'cni'
  | 'iptables'
  | 'coredns'
  | 'pause'
  | 'busybox'

/** The images that the lab needs: the chapter's server, its client, and the sandbox. */
export type ImageName = 'coredns' | 'pause' | 'probe'
