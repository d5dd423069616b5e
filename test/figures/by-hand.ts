import type { Inventory } from '../../lib/inventory/inventory.ts'
import { type Layout, hostFolder } from '../../lib/lab/layout.ts'

/** What a learner types, a line each; a wrong one with how it is taken back, so that the next begins as it did. */
export type Hand = {
  readonly name: string
  readonly lines: readonly string[]
  readonly back?: readonly string[]
}

/** How an exercise is cured by hand, and three ways that look as if they cured it. */
export type Cures = {
  readonly right: readonly string[]
  readonly wrong: readonly [Hand, Hand, Hand]
}

/** Where it is: the fault's subject, a host or two, and the lab around it. */
export type Place = {
  readonly subject: string
  readonly inventory: Inventory
  readonly layout: Layout
}

/** What the lines below call: `hw` is this program, `k` is kubectl, `on HOST` a shell there, `dns` kubectl in kube-system. */
export function shellFor(program: string): string {
  return [
    `hw() { ${program} "$@"; }`,
    'k() { hw lab kubectl "$@"; }',
    'dns() { k -n kube-system "$@"; }',
    'on() { hw lab shell "$@"; }',
    'restart() { hw lab restart "$@"; }',
    'rolled() { dns rollout status deployment/coredns --timeout="$1" || true; }',
    'rewrite() { dns get configmap coredns -o yaml | sed "$1" | k replace -f -; }',
  ].join('\n')
}

const AGAIN: Hand = {
  name: 'restart CoreDNS',
  lines: ['dns rollout restart deployment/coredns', 'rolled 20s'],
}
const DELETED: Hand = {
  name: 'delete its pods',
  lines: ['dns delete pods -l k8s-app=kube-dns --wait=false', 'rolled 20s'],
}
const SCALED: Hand = {
  name: 'scale CoreDNS to three',
  lines: ['dns scale deployment/coredns --replicas=3', 'rolled 20s'],
  back: ['dns scale deployment/coredns --replicas=2'],
}
const REPLAYED: Hand = { name: 'run everything again', lines: ['hw || true'] }
const REPAIRED: Hand = { name: 'lab up', lines: ['hw lab up || true'] }
const ALLOWED: Hand = {
  name: 'delete NetworkPolicies',
  lines: ['k delete networkpolicies -A --all'],
}
const MIGHTY: Hand = {
  name: 'CoreDNS as cluster-admin',
  lines: [
    'k create clusterrolebinding mighty --clusterrole=cluster-admin --serviceaccount=kube-system:coredns',
    'dns delete pods -l k8s-app=kube-dns --wait=false',
    'rolled 40s',
  ],
  back: ['k delete clusterrolebinding mighty'],
}

function daemons(place: Place, daemon: string): Hand {
  const { workers } = place.inventory.lab
  return {
    name: `restart every ${daemon}`,
    lines: workers.map(({ name }) => `restart ${name} ${daemon}`),
  }
}

/** By the ids of the faults; null where there is nothing to cure. */
export function curesOf(id: string, place: Place): Cures | null {
  const { subject, layout, inventory } = place
  const { cluster, lab } = inventory
  const [first = '', second = ''] = subject.split(' ')
  const workers = lab.workers.filter(({ name }) => name !== first)
  const folder = hostFolder(layout, first)
  const config = `${folder}/kubelet-config.yaml`
  const [proxies, kubelets, runtimes] = ['kube-proxy', 'kubelet', 'containerd'].map((daemon) =>
    daemons(place, daemon),
  ) as [Hand, Hand, Hand]
  // Without a load balancer each worker has an API server of its own.
  const turn = lab.workers.findIndex(({ name }) => name === first) % lab.controllers.length
  const server = lab.controllers[turn]?.address ?? ''
  const network = [AGAIN, proxies, SCALED] as const
  const control = [AGAIN, kubelets, REPLAYED] as const
  const serverAgain = [`restart ${first} kube-apiserver`, 'sleep 5', `hw lab up`]
  const edited = (kind: string, more: Hand): Cures['wrong'] => [
    AGAIN,
    more,
    { name: `annotate the ${kind}`, lines: [`dns annotate ${kind} mended=yes --overwrite`] },
  ]
  const withDns = (forward: string) => `rewrite '/${forward}/d'`
  switch (id) {
    case 'duplicate-pod-cidr': {
      const [owner, other] = [first, second].map((name) =>
        lab.workers.find((one) => one.name === name),
      )
      if (owner === undefined || other === undefined) return null
      const own = hostFolder(layout, other.name)
      return {
        right: [
          `sed -i 's|${owner.podCIDR}|${other.podCIDR}|' ${own}/cni-conf/10-bridge.conf ${own}/kubelet-config.yaml`,
          `on ${other.name} ip route add ${owner.podCIDR} via ${owner.address} || on ${other.name} ip route replace ${owner.podCIDR} via ${owner.address}`,
          `on ${other.name} ip link delete cnio0`,
          `on ${other.name} rm -rf /var/lib/cni/networks/bridge`,
          `restart ${other.name} containerd`,
          `restart ${other.name} kubelet`,
          `k get pods -A --field-selector spec.nodeName=${other.name} --no-headers | while read ns pod rest; do k -n $ns delete pod $pod --wait=false; done`,
          'rolled 60s',
          'hw || true',
        ],
        wrong: [AGAIN, kubelets, SCALED],
      }
    }
    case 'second-cni-file':
      return {
        right: [
          `on ${first} mv /etc/cni/net.d/00-crio-bridge.conflist /etc/cni/net.d/00-crio-bridge.conflist.away`,
          'dns rollout restart deployment/coredns',
          'rolled 60s',
        ],
        wrong: [DELETED, kubelets, SCALED],
      }
    case 'missing-route':
      return {
        right: workers.map(
          ({ podCIDR, address }) => `on ${first} ip route replace ${podCIDR} via ${address}`,
        ),
        wrong: network,
      }
    case 'ip-forward-off':
      // The bridge plugin sets it for each pod that it gives an address: to make pods is a cure, where they come to be there.
      return {
        right: [`on ${first} sysctl -w net.ipv4.ip_forward=1`],
        wrong: [kubelets, proxies, ALLOWED],
      }
    case 'large-packets-lost':
      return { right: [`on ${first} ip link set dev eth0 mtu 1500`], wrong: network }
    case 'br-netfilter-off':
      return {
        right: [`on ${first} sysctl -w net.bridge.bridge-nf-call-iptables=1`],
        wrong: network,
      }
    case 'forward-drop':
      return {
        right: [`on ${first} iptables -P FORWARD ACCEPT`],
        wrong: [
          AGAIN,
          {
            name: 'accept DNS before it',
            lines: ['udp', 'tcp'].flatMap((protocol) =>
              ['--dport', '--sport'].map(
                (port) => `on ${first} iptables -I FORWARD -p ${protocol} ${port} 53 -j ACCEPT`,
              ),
            ),
            back: ['udp', 'tcp'].flatMap((protocol) =>
              ['--dport', '--sport'].map(
                (port) => `on ${first} iptables -D FORWARD -p ${protocol} ${port} 53 -j ACCEPT`,
              ),
            ),
          },
          ALLOWED,
        ],
      }
    case 'user-chain-drop':
      return {
        right: [`on ${first} nft flush chain inet site guests`],
        wrong: [AGAIN, proxies, ALLOWED],
      }
    case 'kubelet-port-filtered':
      return {
        right: [`on ${first} nft flush chain inet host input`],
        wrong: [kubelets, AGAIN, ALLOWED],
      }
    case 'kube-proxy-stopped':
      return { right: [`restart ${first} kube-proxy`], wrong: [kubelets, SCALED, ALLOWED] }
    case 'kube-proxy-forbidden':
      return {
        right: [
          'k create clusterrolebinding system:node-proxier --clusterrole=system:node-proxier --user=system:kube-proxy',
          `restart ${first} kube-proxy`,
        ],
        wrong: [proxies, AGAIN, MIGHTY],
      }
    case 'kubelet-stopped':
      return { right: [`restart ${first} kubelet`], wrong: [AGAIN, proxies, SCALED] }
    case 'containerd-stopped':
      return {
        right: [`restart ${first} containerd`, `restart ${first} kubelet`],
        wrong: [AGAIN, kubelets, SCALED],
      }
    case 'wrong-cluster-dns': {
      const wrong = cluster.dnsAddress.replace(/\d+$/, '100')
      const service = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'dns-too', namespace: 'kube-system' },
        spec: {
          clusterIP: wrong,
          selector: { 'k8s-app': 'kube-dns' },
          ports: [
            { name: 'dns', port: 53, protocol: 'UDP' },
            { name: 'dns-tcp', port: 53, protocol: 'TCP' },
          ],
        },
      }
      return {
        right: [
          `sed -i 's|${wrong}"|${cluster.dnsAddress}"|' ${config}`,
          `restart ${first} kubelet`,
          `k delete pods --field-selector spec.nodeName=${first} --grace-period=1`,
          'hw || true',
        ],
        wrong: [
          {
            name: 'another Service there',
            lines: [`echo '${JSON.stringify(service)}' | k apply -f -`],
            back: ['dns delete service dns-too'],
          },
          {
            name: 'point resolv.conf elsewhere',
            lines: [
              `k exec busybox -- sh -c 'echo nameserver ${cluster.dnsAddress} > /etc/resolv.conf'`,
            ],
          },
          AGAIN,
        ],
      }
    }
    case 'host-resolv-conf-missing':
      return {
        right: [
          `sed -i 's|/stub-resolv.conf|/resolv.conf|' ${config}`,
          `restart ${first} kubelet`,
          'rolled 60s',
        ],
        wrong: [DELETED, kubelets, runtimes],
      }
    case 'kubelet-certificate-early':
      return {
        right: [`sed -i 's|${first}-of-tomorrow|${first}|' ${config}`, `restart ${first} kubelet`],
        wrong: [kubelets, AGAIN, REPLAYED],
      }
    case 'kubelet-wrong-server':
      return {
        right: [
          `sed -i 's|https://127.0.0.1:6443|https://${server}:6443|' ${folder}/kubelet.kubeconfig`,
          `restart ${first} kubelet`,
        ],
        wrong: [kubelets, AGAIN, runtimes],
      }
    case 'etcd-member-stopped':
      return { right: [`restart ${first} etcd`], wrong: control }
    case 'schedulers-stopped':
      return {
        right: lab.controllers.map(({ name }) => `restart ${name} kube-scheduler`),
        wrong: [DELETED, kubelets, SCALED],
      }
    case 'api-server-down':
      return {
        right: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(
          (daemon) => `restart ${first} ${daemon}`,
        ),
        wrong: control,
      }
    case 'api-server-certificate':
    case 'api-server-expired':
      return { right: serverAgain, wrong: control }
    case 'service-account-key':
      return { right: serverAgain, wrong: [kubelets, MIGHTY, REPLAYED] }
    case 'missing-permission':
      return {
        right: [
          `k patch clusterrole system:coredns --type=json -p '[{"op":"add","path":"/rules/0/resources/-","value":"services"}]'`,
          'dns delete pods -l k8s-app=kube-dns --wait=false',
          'rolled 60s',
        ],
        wrong: [AGAIN, MIGHTY, REPLAYED],
      }
    case 'corefile-unknown-plugin':
      return {
        right: [withDns('proxy'), 'dns rollout restart deployment/coredns', 'rolled 60s'],
        wrong: edited('configmap/coredns', SCALED),
      }
    case 'corefile-forward-name':
    case 'corefile-loop':
      return {
        right: [withDns('forward'), 'dns rollout restart deployment/coredns', 'rolled 60s'],
        wrong: edited('configmap/coredns', SCALED),
      }
    case 'no-such-image':
      return {
        right: ['dns rollout undo deployment/coredns', 'rolled 60s'],
        wrong: [DELETED, REPAIRED, kubelets],
      }
    case 'memory-limit':
      return {
        right: ['dns rollout undo deployment/coredns', 'rolled 60s'],
        wrong: [DELETED, SCALED, kubelets],
      }
    case 'workers-tainted':
      return {
        right: [
          'k taint nodes --all maintenance-',
          'dns rollout restart deployment/coredns',
          'rolled 60s',
        ],
        wrong: [AGAIN, kubelets, SCALED],
      }
    case 'cluster-ip-taken':
      return {
        // This program leaves to the learner what the exercise has put wrong; the other objects exist already.
        right: [
          'k delete service legacy-dns',
          `k create -f ${layout.manifest} || true`,
          'rolled 60s',
        ],
        wrong: [AGAIN, REPLAYED, proxies],
      }
    case 'selector-without-match':
      return {
        right: [`dns patch service kube-dns -p '{"spec":{"selector":{"k8s-app":"kube-dns"}}}'`],
        wrong: edited('service/kube-dns', proxies),
      }
    default:
      return null
  }
}
