/** Names, digests and hosts of all images that are fetched. Each digest has its source beside it. */
import type { ImageName } from '../core/programs.ts'
import type { Image } from './programs/family.ts'

/** Docker Hub answers its registry API under another name than its images bear. */
const DOCKER_HUB = { host: 'https://registry-1.docker.io' }
const KUBERNETES_REGISTRY = { host: 'https://registry.k8s.io' }

/** The lab's images, each pulled by digest where a registry answers, else made here. */
export const images: Readonly<Record<ImageName, Image>> = {
  coredns: {
    name: 'coredns',
    pull: {
      reference: 'docker.io/coredns/coredns:1.6.2',
      from: [
        { ...KUBERNETES_REGISTRY, repository: 'coredns' },
        { ...DOCKER_HUB, repository: 'coredns/coredns' },
      ],
      digest: 'sha256:12eb885b8685b1b13a04ecf5c23bc809c2e57917252fd7b0be9e9c00644e8ee5',
      digestFrom: 'coredns/corefile-migration migration/versions.go, dockerImageSHA of 1.6.2',
    },
    made: { reference: 'docker.io/coredns/coredns:1.6.2', family: 'coredns' },
  },
  'coredns-current': {
    name: 'coredns-current',
    pull: {
      reference: 'registry.k8s.io/coredns/coredns:v1.14.6',
      from: [
        { ...KUBERNETES_REGISTRY, repository: 'coredns/coredns' },
        { ...DOCKER_HUB, repository: 'coredns/coredns' },
      ],
      digest: 'sha256:900f9c109f7a33545d3c811516e8376df9019147b750f5ce3e254468769176ea',
      digestFrom: 'coredns/corefile-migration migration/versions.go, dockerImageSHA of 1.14.6',
    },
    made: { reference: 'registry.k8s.io/coredns/coredns:v1.14.6', family: 'coredns-current' },
  },
  pause: {
    name: 'pause',
    pull: {
      reference: 'registry.k8s.io/pause:3.10',
      from: [{ ...KUBERNETES_REGISTRY, repository: 'pause' }],
      digest: 'sha256:ee6521f290b2168b6e0935a181d4cff9be1ac3f505666ef0e3c98fae8199917a',
      digestFrom: 'cilium/cilium, a Dockerfile’s FROM line; node listings that name tag and digest',
    },
    made: { reference: 'hardway.local/pause:1', family: 'pause' },
  },
  probe: {
    name: 'probe',
    pull: {
      reference: 'docker.io/library/busybox:1.28',
      from: [{ ...DOCKER_HUB, repository: 'library/busybox' }],
      digest: 'sha256:141c253bc4c3fd0a201d32dc1f493bcf3fff003b6df416dea4f41046e0f37d47',
      digestFrom: 'imageID of busybox:1.28 in published pod listings, the same in nine of them',
    },
    made: { reference: 'hardway.local/busybox-static:{version}', family: 'busybox' },
  } /** Only made here. Without Go DNS is asked by the nslookup of the other one, and no times are told. */,
  prober: {
    name: 'prober',
    made: { reference: 'hardway.local/prober:{version}', family: 'prober' },
    orElse: 'probe',
  },
}
