/** What each step does and why, for somebody who reads along: a paragraph by the step's id. */
export const LESSONS: Readonly<Record<string, string>> = {
  'check-machine':
    'All hosts of the lab are about to share this machine. Before anything is made, the machine is looked at: root, memory, free disk, what the kernel can do, and whether the networks are free. What is missing is told now, not half-way through.',
  'install-programs':
    'A controller runs etcd, an API server, a controller manager and a scheduler; a worker runs containerd, runc, the CNI plugins, a kubelet and kube-proxy. All have pinned versions. A download counts only with the right checksum; where none can be had, the program is built from its Go module.',
  'make-images':
    'The chapter needs three images: CoreDNS, busybox to ask from, and pause, which holds the namespaces of each pod. The workers reach no registry, so the images are made here and handed to them later.',
  'create-hosts':
    'Each host is a network namespace with a cable (a veth pair) to one bridge. To the programs in it that is a machine: it has its own addresses, routes, filters and ports. Only the kernel is shared.',
  'issue-certificates':
    'All parts of Kubernetes prove by certificates who they are. One authority signs them all. For a client the common name is its user and the organization its group, which is what its rights hang on; for a server the names must include every address that it is called by, the first of the service range among them.',
  'write-kubeconfigs':
    'A kubeconfig says where the API server is, whose signature to trust, and with which certificate to call. Each kubelet, each kube-proxy, each controller manager and scheduler has one, and so has the admin.',
  'write-encryption-config':
    'Without this, etcd keeps Secrets as plain text on its disk. The API servers get one random key, the same on each of them, and encrypt Secrets before they hand them to etcd.',
  'start-etcd':
    'etcd holds everything that the cluster knows; everything else can simply be started again. Three members agree by majority, so one of them may be lost. Members show certificates to each other and to their clients.',
  'start-container-runtimes':
    'The kubelet starts no container itself: it asks containerd over a socket, by the Container Runtime Interface. containerd keeps the images, has the CNI plugins connect each pod, and starts its processes with runc.',
  'start-api-servers':
    'The API server is the only one that speaks with etcd. It checks who calls, whether they may, and whether an object makes sense, and it tells all who watch. Every other program of the cluster works by watching it.',
  'start-controllers':
    'Controllers make the world follow the objects: of a Deployment they make a ReplicaSet, of that pods, of ready pods the endpoints of a Service. The scheduler chooses a worker for each pod. One of each leads; the others stand by, and a Lease says who it is.',
  'allow-kubelet-access':
    '`kubectl exec` and `kubectl logs` go through an API server to the kubelet on the pod’s worker, and the kubelet asks back whether that API server may do so. This role and its binding say that it may. Without it, the next chapters’ lookups fail with “forbidden”.',
  'import-images':
    'Each worker’s containerd has its own store. A pod whose image is not in it would wait for a registry that cannot be reached.',
  'add-pod-routes':
    'Each worker gives addresses to its pods out of a range of its own. Nothing tells the other hosts where that range is, so each gets a route by hand: this range is behind that worker. Larger clusters leave it to a network plugin. A route that is missing is the classic cause of “DNS works from here and not from there”.',
  'start-workers':
    'The kubelet registers its worker as a Node and runs the pods that are assigned to it; it also writes each pod’s resolv.conf. kube-proxy writes rules into the kernel that send what is meant for a Service’s address to one of its pods. A Service’s address belongs to no machine: it exists only in these rules.',
  'download-manifest':
    'One file describes all of CoreDNS: an account, a role and its binding, the configuration, the Deployment and the Service. The file is known by its checksum, so it is the same today as when the chapter was written.',
  'apply-manifest':
    'apply says how the objects should be, and the API server works out what differs. It does so by server-side apply, which keeps a record of who owns which field; that is what makes the preview exact and the way back exact. The Service asks for a fixed address, since every kubelet has been told that address before.',
  'coredns-pods':
    'Two pods of CoreDNS, best on different workers, so that names resolve while one worker is away. A pod is ready once CoreDNS has read all Services from an API server: that it gets this far shows that pods reach the control plane.',
  'busybox-pod':
    'Names have to resolve where programs run, in a pod; on a host they go another way. busybox is a small image with nslookup in it. The pod only sleeps, and is there to be asked from.',
  'pod-name':
    'A shell keeps the name in a variable for the commands that follow. jsonpath takes one field out of the answer of the API server.',
  'lookup-kubernetes':
    'The heart of the chapter: “kubernetes” is completed to kubernetes.default.svc.cluster.local by the search list of the pod, sent to the address of the Service kube-dns, turned by kube-proxy’s rules towards a CoreDNS pod, and answered there.',
  'kubernetes-service':
    'The name resolves to this Service, the way of every pod to the API servers. Its address is always the first of the service range; the API servers create it themselves.',
  'kubernetes-endpoints':
    'Behind that address are the API servers, by their real addresses. Each of them adds itself, so that one which is missing here does not run, or cannot reach etcd.',
  'resolv-conf':
    'The kubelet has written this file for the pod: the address of cluster DNS, the search list that completes short names, and ndots:5, for which every name with fewer than five dots is tried with the search list first.',
  'dns-probes':
    'One lookup proves one way, from one worker to one CoreDNS pod. To prove them all, there is a small pod on every worker, whatever its taints.',
  'dns-matrix':
    'Every worker asks the Service, and each CoreDNS pod by itself, by UDP and by TCP. A cell that fails says between which two hosts the fault is; a row or a column that fails says on which. So this finds what a lookup from one pod cannot.',
}
