import type { Process } from '../../ports/resources.ts'
import type { Lab } from '../layout.ts'
import { apiServer } from './api-server.ts'
import { containerd } from './containerd.ts'
import { controllerManager, scheduler } from './controllers.ts'
import { etcd } from './etcd.ts'
import { kubeProxy } from './kube-proxy.ts'
import { kubelet } from './kubelet.ts'

/** The daemons of one of the lab's hosts as they are wanted, in the order in which they start. */
export function daemonsOfHost(lab: Lab, host: string): readonly Process[] {
  const { controllers, workers } = lab.inventory.lab
  const controller = controllers.find(({ name }) => name === host)
  const worker = workers.find(({ name }) => name === host)
  return [
    ...(controller === undefined
      ? []
      : [etcd, apiServer, controllerManager, scheduler].map((of) => of(lab, controller))),
    ...(worker === undefined ? [] : [containerd, kubelet, kubeProxy].map((of) => of(lab, worker))),
  ]
}
