import type { Lab } from '../lib/lab/layout.ts'
import type { Step } from '../lib/ports/step.ts'
import { addPodRoutes } from './lab/add-pod-routes.ts'
import { allowKubeletAccess } from './lab/allow-kubelet-access.ts'
import { checkMachine } from './lab/check-machine.ts'
import { createHosts } from './lab/create-hosts.ts'
import { importImages } from './lab/import-images.ts'
import { installPrograms } from './lab/install-programs.ts'
import { issueCertificates } from './lab/issue-certificates.ts'
import { makeImages } from './lab/make-images.ts'
import { startContainerRuntimes } from './lab/start-container-runtimes.ts'
import { startApiServers } from './lab/start-api-servers.ts'
import { startControllers } from './lab/start-controllers.ts'
import { startEtcd } from './lab/start-etcd.ts'
import { startWorkers } from './lab/start-workers.ts'
import { writeEncryptionConfig } from './lab/write-encryption-config.ts'
import { writeKubeconfigs } from './lab/write-kubeconfigs.ts'

/** The earlier chapters: a cluster built by hand, on one machine. The order exists only here. */
export function labSteps(lab: Lab): readonly Step[] {
  return [
    checkMachine(lab), // before anything is changed
    installPrograms(lab), // may take minutes where they have to be built
    makeImages(lab), // from the programs just installed
    createHosts(lab), // network, cgroups, folders
    issueCertificates(lab), // everything below speaks TLS
    writeKubeconfigs(lab), // who asks which API server
    writeEncryptionConfig(lab), // read by the API servers at start
    startEtcd(lab), // the API servers' memory
    startContainerRuntimes(lab), // needs no control plane, so it comes up meanwhile
    startApiServers(lab),
    startControllers(lab), // they give up at once where no API server answers
    allowKubeletAccess(), // logs and exec go from API server to kubelet
    importImages(lab), // the workers have no registry to pull from
    addPodRoutes(lab), // before the first pod, so that none sees a half network
    startWorkers(lab),
  ]
}
