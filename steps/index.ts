import type { Inventory } from '../lib/inventory/inventory.ts'
import type { Layout } from '../lib/lab/layout.ts'
import { anyStep, type Step } from '../lib/step.ts'
import { addPodRoutes } from './lab/add-pod-routes.ts'
import { allowKubeletAccess } from './lab/allow-kubelet-access.ts'
import { checkMachine } from './lab/check-machine.ts'
import { createHosts } from './lab/create-hosts.ts'
import { importImages } from './lab/import-images.ts'
import { installPrograms } from './lab/install-programs.ts'
import { issueCertificates } from './lab/issue-certificates.ts'
import { makeImages } from './lab/make-images.ts'
import { startContainerRuntimes } from './lab/start-container-runtimes.ts'
import { startControlPlane } from './lab/start-control-plane.ts'
import { startEtcd } from './lab/start-etcd.ts'
import { startWorkers } from './lab/start-workers.ts'
import { writeEncryptionConfig } from './lab/write-encryption-config.ts'
import { writeKubeconfigs } from './lab/write-kubeconfigs.ts'

/** The earlier chapters: a cluster built by hand, on one machine. The order exists only here. */
export function labSteps(inventory: Inventory, layout: Layout): readonly Step[] {
  return [
    anyStep(checkMachine(inventory, layout)), // before anything is changed
    anyStep(installPrograms(layout)), // may take minutes where they have to be built
    anyStep(makeImages()), // from the programs just installed
    anyStep(createHosts(inventory, layout)), // network, cgroups, folders
    anyStep(issueCertificates(inventory, layout)), // everything below speaks TLS
    anyStep(writeKubeconfigs(inventory, layout)), // who asks which API server
    anyStep(writeEncryptionConfig(layout)), // read by the API servers at start
    anyStep(startEtcd(inventory, layout)), // the API servers' memory
    anyStep(startContainerRuntimes(inventory, layout)), // needs no control plane, so it comes up meanwhile
    anyStep(startControlPlane(inventory, layout)),
    anyStep(allowKubeletAccess()), // logs and exec go from API server to kubelet
    anyStep(importImages(inventory, layout)), // the workers have no registry to pull from
    anyStep(addPodRoutes(inventory)), // before the first pod, so that none sees a half network
    anyStep(startWorkers(inventory, layout)),
  ]
}
