import type { Phrases } from '../../say.ts'

/** E. The pod network: what failures are called, what is seen of them, how they are proven and cured. */
export const FAILURES_E: Phrases = {
  'The pod network: Packets do not get from pod to pod: the work of chapter 13.':
    'Podのネットワーク: PodからPodへパケットが届かない。第13章の作業にあたる。',

  // E1
  'Duplicate or wrong pod range': 'Podの範囲の重複または誤り',
  'Lookups fail from some workers; pods on two workers have the same addresses.':
    '一部のワーカーからの名前解決が失敗し、2台のワーカーのPodが同じアドレスを持つ。',
  'A worker’s CNI configuration, or its pods’ addresses, are of another range than its own.':
    'ワーカーのCNI設定、またはPodのアドレスが、そのワーカー自身の範囲と違う。',
  'Let the worker’s own podCIDR be in the CNI configuration file that sorts first, and recreate its pods.':
    '並び順で最初になるCNI設定ファイルにそのワーカー自身のpodCIDRを書き、Podを作り直す。',

  // E2
  'CoreDNS pods share an address': 'CoreDNSのPodのアドレスの重複',
  'Lookups fail from some workers; `kubectl get pods -o wide` shows one address twice.':
    '一部のワーカーからの名前解決が失敗する。`kubectl get pods -o wide`に同じアドレスが2回出る。',
  'Two CoreDNS pods have the same address.': '2つのCoreDNSのPodが同じアドレスを持っている。',
  'Give each worker a podCIDR of its own (E1), and recreate the pods.':
    '各ワーカーに固有のpodCIDRを割り当て（E1）、Podを作り直す。',

  // E3
  'Missing pod route': 'Podへの経路がない',
  'Lookups from a worker time out, always or now and then; from others they work.':
    'あるワーカーからの名前解決が、常に、またはときどきタイムアウトする。ほかのワーカーからは成功する。',
  'A host’s `ip route` lacks another worker’s pod range; or answers between two workers are lost.':
    'ホストの`ip route`に、別のワーカーのPodの範囲がない。または2台のワーカーの間で応答が失われる。',
  'Add the route via the other worker on the host that lacks it, and make it persist across reboots.':
    '経路のないホストに、相手のワーカーを経由する経路を追加し、再起動後も残るようにする。',

  // E4
  'Pod route with a wrong next hop': 'Podへの経路のネクストホップが誤っている',
  'As for a missing route: lookups from pods of a worker time out.':
    '経路がない場合と同じく、ワーカーのPodからの名前解決がタイムアウトする。',
  'A host’s `ip route` sends another worker’s pod range elsewhere than to that worker.':
    'ホストの`ip route`が、別のワーカーのPodの範囲をそのワーカー以外へ送っている。',
  'Replace the route by one via the worker that has the range.':
    'その範囲を持つワーカーを経由する経路に置き換える。',

  // E5
  'IP forwarding off': 'IP転送が無効',
  'Pods of a worker reach each other, but nobody on other workers.':
    'ワーカーのPodどうしは届くが、ほかのワーカーの誰にも届かない。',
  'net.ipv4.ip_forward is not 1; or nothing gets across between it and the others.':
    'net.ipv4.ip_forwardが1でない。またはそのワーカーとほかのワーカーの間で何も通らない。',
  'Set net.ipv4.ip_forward to 1, also in /etc/sysctl.d.':
    'net.ipv4.ip_forwardを1にする。/etc/sysctl.dにも設定する。',

  // E7
  'Large packets lost': '大きなパケットの消失',
  'Short answers come, long ones and TLS handshakes time out; ping works.':
    '短い応答は届くが、長い応答やTLSハンドシェイクがタイムアウトする。pingは通る。',
  'A worker’s link takes smaller packets than the bridge of its pods; or a question of 12,000 bytes is lost where short ones are answered.':
    'ワーカーのリンクのMTUがPodのブリッジより小さい。または、短い問い合わせには応答があるのに、12,000バイトの問い合わせが失われる。',
  'Let the link take what the pods’ bridge takes, or give the bridge, by mtu in the CNI configuration, what the way takes.':
    'リンクのMTUをPodのブリッジに合わせるか、CNI設定のmtuでブリッジを経路に合わせる。',

  // E8
  'Nodes share an address': 'ノードのアドレスの重複',
  'Of several nodes only one can be reached, for example when all have the address of VirtualBox’s NAT interface.':
    '複数のノードのうち1つにしか届かない。すべてがVirtualBoxのNATインターフェースのアドレスを持つ場合などに起こる。',
  'Two nodes have the same InternalIP.': '2つのノードが同じInternalIPを持っている。',
  'Start each kubelet with --node-ip and the address by which the others reach its node.':
    'ほかのノードから届くアドレスを--node-ipに指定して、各kubeletを起動する。',

  // E10
  'Node address inside a cluster range': 'ノードのアドレスがクラスターの範囲内にある',
  'A node, or pods and Services whose addresses it takes, cannot be reached.':
    'ノード、またはノードとアドレスの重なるPodやServiceに届かない。',
  'A node’s InternalIP lies in the range of pods or of Services.':
    'ノードのInternalIPが、PodまたはServiceの範囲に入っている。',
  'Choose ranges for pods and Services that no network of the hosts uses.':
    'PodとServiceには、ホストのどのネットワークとも重ならない範囲を選ぶ。',

  // E11
  'Invalid pod range': 'Podの範囲が不正',
  'The event FailedCreatePodSandBox quotes the subnet that is not a CIDR.':
    'イベントFailedCreatePodSandBoxに、CIDRではないsubnetが出る。',
  'Write the worker’s podCIDR as subnet into its CNI configuration.':
    'ワーカーのpodCIDRを、CNI設定のsubnetに書く。',

  // E12
  'Some packets lost between workers': 'ワーカー間で一部のパケットが失われる',
  'Lookups time out now and then, and work when they are asked again; by TCP they are slow.':
    '名前解決がときどきタイムアウトし、もう一度問い合わせるとうまくいく。TCPでは遅くなる。',
  'Of the questions to CoreDNS pods of other workers a part is lost, and of those to pods of the same worker none.':
    'ほかのワーカーのCoreDNSのPodへの問い合わせの一部が失われ、同じワーカーのPodへのものは1つも失われない。',
  'Look on the worker that all of these have in common for a filter that drops at random, a shaper, and errors of its link.':
    'これらに共通するワーカーで、不規則に破棄するフィルター、帯域制御、リンクのエラーを調べる。',
}
