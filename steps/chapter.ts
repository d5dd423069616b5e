import type { Chapter } from '../lib/dns/chapter.ts'
import type { Step } from '../lib/ports/step.ts'
import { applyManifest } from './coredns/apply-manifest.ts'
import { busyboxPod } from './coredns/busybox-pod.ts'
import { corednsPods } from './coredns/coredns-pods.ts'
import { dnsMatrix } from './coredns/dns-matrix.ts'
import { dnsProbes } from './coredns/dns-probes.ts'
import { downloadManifest } from './coredns/download-manifest.ts'
import { kubernetesEndpoints } from './coredns/kubernetes-endpoints.ts'
import { kubernetesService } from './coredns/kubernetes-service.ts'
import { lookupKubernetes } from './coredns/lookup-kubernetes.ts'
import { podName } from './coredns/pod-name.ts'
import { resolvConf } from './coredns/resolv-conf.ts'

/** Chapter 14 itself, command by command. */
export function chapterSteps(chapter: Chapter): readonly Step[] {
  return [
    downloadManifest(chapter),
    applyManifest(chapter), // the only step that changes what the cluster serves
    corednsPods(chapter), // where the chapter's own cluster went wrong
    busyboxPod(chapter), // somebody has to ask
    podName(chapter),
    lookupKubernetes(chapter), // the chapter's proof
    kubernetesService(chapter), // that the answer was right
    kubernetesEndpoints(chapter), // and leads somewhere
    resolvConf(chapter), // why the short name was enough
    dnsProbes(chapter), // one lookup proves one path
    dnsMatrix(chapter), // all the others
  ]
}
