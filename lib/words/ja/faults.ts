import type { Phrases } from '../say.ts'

/** Titles of faults, and what has to be there for them. */
export const FAULTS: Phrases = {
  'Give two workers the same range of pod addresses':
    '2台のワーカーに同じPodアドレス範囲を割り当てる',
  "Leave a CNI configuration on a worker that sorts before the chapter's":
    'この章のものより並び順で前になるCNI設定をワーカーに残す',
  "Let a firewall's own chain drop DNS that a worker should forward":
    'ファイアウォールの独自のチェインで、ワーカーが転送すべきDNSを破棄する',
  'Take from kube-proxy the right to read Services, and restart one':
    'kube-proxyからServiceの読み取り権限を外し、1つを再起動する',
  "Let a worker's firewall keep everybody from the kubelet's port":
    'ワーカーのファイアウォールでkubeletのポートへの通信をすべて遮断する',
  'Give a kubelet a certificate that was issued by a clock ahead of all others':
    '時計の進んだホストで発行した証明書をkubeletに持たせる',
  "Name an address in a kubelet's kubeconfig where no API server is":
    'kubeletのkubeconfigにAPIサーバーのないアドレスを書く',
  "Name a resolv.conf to a worker's kubelet that is not there":
    'ワーカーのkubeletに存在しないresolv.confを指定する',
  'Stop etcd on a controller': 'コントローラーのetcdを止める',
  "Let an API server's certificate expire": 'APIサーバーの証明書を期限切れにする',
  'Stop the schedulers, so that no new pod gets a worker':
    'スケジューラーを止め、新しいPodがワーカーに割り当てられないようにする',
  'Write a Corefile that a running CoreDNS goes on without, and a new one does not start with':
    '動いているCoreDNSは前の設定のまま動き続け、新しいCoreDNSは起動できないCorefileを書く',
  "Take away a worker's route to the pods of another one":
    'ワーカーから別のワーカーのPodへの経路を消す',
  'Let a worker take smaller packets than its pods are sent':
    'ワーカーが受け取れるパケットを、Podに送られるものより小さくする',
  'Let a worker forward nothing between its pods and the network':
    'ワーカーでPodとネットワークの間の転送を止める',
  "Let answers between pods of one worker bypass kube-proxy's rules":
    '同じワーカーのPod間の応答がkube-proxyのルールを通らないようにする',
  'Let a worker drop what it should forward, as Docker does':
    'Dockerと同じように、ワーカーで転送パケットを破棄する',
  'Stop kube-proxy on a worker': 'ワーカーのkube-proxyを止める',
  'Stop the kubelet on a worker': 'ワーカーのkubeletを止める',
  'Stop containerd on a worker': 'ワーカーのcontainerdを止める',
  "Tell a worker's pods to ask an address where no DNS server is":
    'ワーカーのPodにDNSサーバーのないアドレスを使わせる',
  'Stop the API server of a controller': 'コントローラーのAPIサーバーを止める',
  'Give an API server a certificate that is not good for {address}':
    'APIサーバーに{address}に対して有効でない証明書を持たせる',
  'Let an API server check the tokens of pods with another key':
    'APIサーバーにPodのトークンを別の鍵で検証させる',
  "Take the Services out of what CoreDNS's ClusterRole may read":
    'CoreDNSのClusterRoleからServiceの読み取り権限を外す',
  'Write a plugin into the Corefile that CoreDNS does not have':
    'CoreDNSにないプラグインをCorefileに書く',
  'Let CoreDNS forward to itself': 'CoreDNSに自分自身へ転送させる',
  'Give CoreDNS an image that does not exist': 'CoreDNSに存在しないイメージを指定する',
  'Give CoreDNS less memory than it needs': 'CoreDNSに必要より少ないメモリを割り当てる',
  'Taint all workers, so that no new pod finds a place':
    'すべてのワーカーにtaintを付け、新しいPodを配置できなくする',
  "Let another Service have the DNS Service's address":
    'DNSのServiceのアドレスを別のServiceに使わせる',
  'Let the DNS Service select pods of another label': 'DNSのServiceに別のラベルのPodを選択させる',
  'Forbid all traffic by a NetworkPolicy that nobody enforces':
    '誰も適用しないNetworkPolicyですべての通信を禁止する',

  'the fault is on; it requires {what…}': '障害が入っている。必要なもの: {what…}',
  '{command…} lab mend puts everything back as it was': 'すべて元に戻すには: {command…} lab mend',
  '(requires {what…})': '（必要なもの: {what…}）',
  nothing: 'なし',
  'a worker': 'ワーカー',
  'two workers': 'ワーカー2台',
  'three controllers': 'コントローラー3台',
  'the chapter': 'この章の適用',
  'two workers and the chapter': 'ワーカー2台とこの章の適用',
  'three controllers, and the chapter in edition 2020':
    'コントローラー3台と、エディション2020のこの章の適用',
  'a CoreDNS pod on a worker': 'ワーカー上のCoreDNSのPod',
  'nothing; it breaks nothing and must not be blamed':
    'なし（何も壊れず、原因と診断されてはならない）',

  ON: '注入中',
  'What a code stands for: {program…} explain CODE, or docs/failures.md':
    'コードの意味はdocs/failures.ja.md、または: {program…} explain CODE',
  'The fault {fault} is on since {time}. Take it off: {command…}':
    '障害{fault}が{time}から入っています。外すには: {command…}',
  'The faults {faults…} are on. Take them off: {command…}':
    '障害{faults…}が入っています。外すには: {command…}',
  'Take it off: {command…}': '外すには: {command…}',
}
