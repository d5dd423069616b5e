/**
 * Versions, sums and hosts of all programs that are fetched, in this one file; those of images are in
 * image-pins.ts. A sum has its source
 * beside it; one that could not be looked up is left out, and then that source is not used.
 */
import type { ProgramFamily } from '../core/programs.ts'
import type { Family } from './programs/family.ts'

const MB = 1024 * 1024

const KUBERNETES_HOST = 'https://dl.k8s.io'
const GITHUB = 'https://github.com'

/** kubespray's list of sums, as stored at its commit 005bdce7f1867958838a2d0bb4f7e67893d98f64. */
const KUBESPRAY = 'kubernetes-sigs/kubespray roles/kubespray_defaults/vars/main/checksums.yml'

/** What a build from Go modules strips: the symbol table and DWARF, half of a program's size. */
const STRIP = '-s -w'

const KUBERNETES = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'kubectl',
]

const CONTAINERD = ['containerd', 'containerd-shim-runc-v2', 'ctr']

const TABLES = ['iptables', 'ip6tables'].flatMap((name) => [
  name,
  `${name}-save`,
  `${name}-restore`,
])

/** Every family of programs, by name. */
export const families: Readonly<Record<ProgramFamily, Family>> = {
  kubernetes: {
    name: 'kubernetes',
    version: '1.36.1',
    programs: KUBERNETES,
    proof: { argv: ['kubelet', '--version'], prints: 'Kubernetes v1.36.1' },
    release: {
      host: KUBERNETES_HOST,
      path: '/v1.36.1/kubernetes-server-linux-{arch}.tar.gz',
      sums: {
        amd64:
          'sha512:1e88dcb75f4b6fde297a3305e62c3b17dd479baec86b0bd6f7cd3f3ba4421b3ecf7f6ff5885ab75d3d611b68bc5844ad8af6416375f1a800c5e8e73f35aff19c',
        arm64:
          'sha512:d2eda4870d45b60408f7c1cad19a7772a85e8341b3cda9c132e4d9c44575541681834671a8cffc76c18ded98a14795088a93dc007de2efd77d9e0ca859ea5d19',
      },
      sumsFrom:
        'CHANGELOG/CHANGELOG-1.36.md of the module k8s.io/kubernetes v1.36.3, Server Binaries of v1.36.1',
      limit: 800 * MB,
      folder: 'kubernetes/server/bin',
    },
    build: {
      folder: 'kubernetes',
      packages: Object.fromEntries(
        KUBERNETES.map((name) => [name, `k8s.io/kubernetes/cmd/${name}`]),
      ),
      ldflags: `${STRIP} -X k8s.io/component-base/version.gitVersion=v1.36.1`,
    },
  },
  /** Kubernetes 1.36.1 names 3.6.8 and works with any 3.6 (cmd/kubeadm/app/constants/constants.go);
   * 3.6.5 is the newest whose sum could be looked up.
   */
  etcd: {
    name: 'etcd',
    version: '3.6.5',
    programs: ['etcd', 'etcdctl'],
    proof: { argv: ['etcd', '--version'], prints: 'etcd Version: 3.6.5' },
    release: {
      host: GITHUB,
      path: '/etcd-io/etcd/releases/download/v3.6.5/etcd-v3.6.5-linux-{arch}.tar.gz',
      sums: {
        amd64: 'sha256:66bad39ed920f6fc15fd74adcb8bfd38ba9a6412f8c7852d09eb11670e88cac3',
        arm64: 'sha256:7010161787077b07de29b15b76825ceacbbcedcb77fe2e6832f509be102cab6b',
      },
      sumsFrom:
        "OpenStack Kolla's list of sources (kolla/common/sources.py), and Chromebrew for amd64",
      limit: 100 * MB,
      folder: 'etcd-v3.6.5-linux-{arch}',
    },
    build: {
      folder: 'etcd',
      packages: { etcd: 'go.etcd.io/etcd/server/v3', etcdctl: 'go.etcd.io/etcd/etcdctl/v3' },
      ldflags: STRIP,
    },
  },
  /** The chapter's own version. Its release publishes no file whose sum could be looked up. */
  coredns: {
    name: 'coredns',
    version: '1.6.2',
    programs: ['coredns'],
    proof: { argv: ['coredns', '-version'], prints: 'CoreDNS-1.6.2' },
    build: {
      folder: 'coredns',
      packages: { coredns: 'github.com/coredns/coredns' },
      ldflags: STRIP,
    },
  },
  /**
   * The CoreDNSVersion of Kubernetes 1.37.2 (cmd/kubeadm/app/constants/constants.go). The lab's 1.36.1 names 1.14.2, of
   * which kubernetes/kubernetes#141229 lists vulnerabilities that 1.14.3 mends.
   */
  'coredns-current': {
    name: 'coredns-current',
    version: '1.14.6',
    programs: ['coredns'],
    proof: { argv: ['coredns', '-version'], prints: 'CoreDNS-1.14.6' },
    build: {
      folder: 'coredns-current',
      packages: { coredns: 'github.com/coredns/coredns' },
      ldflags: STRIP,
    },
  },
  /** What a pod's sandbox runs where the official pause image cannot be pulled; see go/pause/main.go. */
  pause: {
    name: 'pause',
    version: '1',
    programs: ['pause'],
    build: { folder: 'pause', packages: { pause: 'hardway/pause' }, ldflags: STRIP },
  },
  /** Asks DNS servers, and measures them; see go/prober/main.go. */
  prober: {
    name: 'prober',
    version: '3',
    programs: ['prober'],
    build: { folder: 'prober', packages: { prober: 'hardway/prober' }, ldflags: STRIP },
  },
  /**
   * Kubernetes 1.35 was the last that supports containerd 1; 2.2.1 is the newest whose sum could be looked up. It reads
   * the same configuration as the 1.6 of Debian 12, which works, too. The static archive needs no C library.
   */
  containerd: {
    name: 'containerd',
    version: '2.2.1',
    programs: CONTAINERD,
    proof: { argv: ['containerd', '--version'], prints: 'containerd' },
    release: {
      host: GITHUB,
      path: '/containerd/containerd/releases/download/v2.2.1/containerd-static-2.2.1-linux-{arch}.tar.gz',
      sums: {
        amd64: 'sha256:af3e82bac6abed58d45956c653244aa2be583359a9753614278ef652012f2883',
        arm64: 'sha256:6b3b011ee388638eace05ac3be0eb32dfb4a43086695c29d06e997febd336f2e',
      },
      sumsFrom: `${KUBESPRAY}, containerd_static_archive_checksums`,
      limit: 200 * MB,
      folder: 'bin',
    },
    build: {
      folder: 'containerd',
      packages: Object.fromEntries(
        CONTAINERD.map((name) => [name, `github.com/containerd/containerd/v2/cmd/${name}`]),
      ),
      ldflags: `${STRIP} -X github.com/containerd/containerd/v2/version.Version=2.2.1`,
    },
    packages: { names: ['containerd'], folder: 'usr/bin' },
  },
  runc: {
    name: 'runc',
    version: '1.3.4',
    programs: ['runc'],
    proof: { argv: ['runc', '--version'], prints: 'runc version' },
    release: {
      host: GITHUB,
      path: '/opencontainers/runc/releases/download/v1.3.4/runc.{arch}',
      sums: {
        amd64: 'sha256:5966ca40b6187b30e33bfc299c5f1fe72e8c1aa01cf3fefdadf391668f47f103',
        arm64: 'sha256:d6dcab36d1b6af1b72c7f0662e5fcf446a291271ba6006532b95c4144e19d428',
      },
      sumsFrom: `${KUBESPRAY}, runc_checksums`,
      limit: 50 * MB,
      folder: null,
    },
    packages: { names: ['runc'], folder: 'usr/sbin' },
  },
  cni: {
    name: 'cni',
    version: '1.8.0',
    programs: ['bridge', 'host-local', 'loopback'],
    proof: { argv: ['bridge'], prints: 'CNI bridge plugin' },
    release: {
      host: GITHUB,
      path: '/containernetworking/plugins/releases/download/v1.8.0/cni-plugins-linux-{arch}-v1.8.0.tgz',
      sums: {
        amd64: 'sha256:ab3bda535f9d90766cccc90d3dddb5482003dd744d7f22bcf98186bf8eea8be6',
        arm64: 'sha256:57ce466fc3b79db1f19b8f4c63e07a1112306efa53c94fe810a2150dd9e07ddb',
      },
      sumsFrom: `${KUBESPRAY}, cni_binary_checksums`,
      limit: 200 * MB,
      folder: '.',
    },
    packages: { names: ['containernetworking-plugins'], folder: 'usr/lib/cni' },
  },
  /**
   * iptables publishes source only, so the distribution's it is: with the nftables backend under the
   * plain names as Debian has it since 10, and the old backend as `iptables-legacy` and so on.
   */
  iptables: {
    name: 'iptables',
    version: '1.8',
    programs: TABLES,
    proof: { argv: ['iptables', '--version'], prints: 'iptables v' },
    installed: true,
    packages: {
      names:
        'iptables libxtables12 libip4tc2 libip6tc2 libmnl0 libnftnl11 libnetfilter-conntrack3 libnfnetlink0'.split(
          ' ',
        ),
      folder: 'usr/sbin',
      wrapped: {
        plugins: { folder: 'xtables', variable: 'XTABLES_LIBDIR' },
        commands: Object.fromEntries(
          TABLES.flatMap((name) => [
            [name, ['xtables-nft-multi', name]],
            [name.replace('tables', 'tables-legacy'), ['xtables-legacy-multi', name]],
          ]),
        ),
      },
    },
  },
  /**
   * What kube-proxy's mode nftables runs, 1.0.1 or newer (nftables.go of sigs.k8s.io/knftables 0.0.22), and
   * what lists the rules of others in any mode. Source only, too.
   */
  nftables: {
    name: 'nftables',
    version: '1.0',
    programs: ['nft'],
    proof: { argv: ['nft', '--version'], prints: 'nftables v' },
    installed: true,
    packages: {
      names:
        'nftables libnftables1 libedit2 libbsd0 libmd0 libtinfo6 libgmp10 libjansson4 libmnl0 libnftnl11 libxtables12'.split(
          ' ',
        ),
      folder: 'usr/sbin',
      wrapped: { commands: { nft: ['nft'] } },
    },
  },
  /** Kubernetes' own specs for DNS, of the Kubernetes that the lab runs, and the server in their pods; see go/conformance/main.go. */
  conformance: {
    name: 'conformance',
    version: '1.36.1',
    programs: ['conformance', 'agnhost'],
    proof: { argv: ['conformance', '--list'], prints: '[sig-network] DNS' },
    build: {
      folder: 'conformance',
      packages: {
        conformance: 'hardway/conformance',
        agnhost: 'k8s.io/kubernetes/test/images/agnhost',
      },
      ldflags: STRIP,
    },
  },
  /** What the pods of those specs ask with, of whatever version the distribution has. */
  dnsutils: {
    name: 'dnsutils',
    version: '9',
    programs: ['dig', 'getent'],
    proof: { argv: ['dig', '-v'], prints: 'DiG 9' },
    packages: {
      names: ['bind9-dnsutils', 'libc-bin'],
      folder: 'usr/bin',
      complete: true,
      wrapped: { commands: { dig: ['dig'], getent: ['getent'] } },
    },
  },
  /** Only for the probe image, where busybox:1.28 cannot be pulled. */
  busybox: {
    name: 'busybox',
    version: '1',
    programs: ['busybox'],
    proof: { argv: ['busybox'], prints: 'BusyBox v' },
    packages: { names: ['busybox-static'], folder: 'bin' },
  },
}
