import type { Phrases } from '../../say.ts'

/** D. The Service, and filters on the way: what failures are called, what is seen of them, how they are proven and cured. */
export const FAILURES_D: Phrases = {
  'The Service, and filters on the way: CoreDNS answers at the addresses of its pods, but not at that of the Service.':
    'Serviceと途中のフィルター: CoreDNSはPodのアドレスでは応答するが、Serviceのアドレスでは応答しない。',

  // D1
  'Service address taken': 'Serviceのアドレスが使用中',
  'The Service kube-dns is refused: "provided IP is already allocated".':
    'Service kube-dnsが拒否される:「provided IP is already allocated」。',
  'Another Service has the address that kube-dns is to have.':
    'kube-dnsが使うはずのアドレスを、別のServiceが持っている。',
  'Free the address if it serves nobody; otherwise give kube-dns another one.':
    'そのアドレスを誰も使っていなければ空ける。使われていれば、kube-dnsに別のアドレスを割り当てる。',

  // D2
  'Service address out of range': 'Serviceのアドレスが範囲外',
  'The Service kube-dns is refused: "provided IP is not in the valid range".':
    'Service kube-dnsが拒否される:「provided IP is not in the valid range」。',
  'The API server’s refusal, which names the valid range.':
    'APIサーバーの拒否メッセージに、有効な範囲が出る。',
  'Choose an address of that range, in the manifest and in clusterDNS of every kubelet.':
    'その範囲からアドレスを選び、マニフェストとすべてのkubeletのclusterDNSに設定する。',

  // D3
  'Immutable field differs': '変更できないフィールドの違い',
  'An object is refused: "field is immutable" or "may not change once set".':
    'オブジェクトが拒否される:「field is immutable」または「may not change once set」。',
  'The API server’s refusal, which names the object and the field.':
    'APIサーバーの拒否メッセージに、オブジェクトとフィールドが出る。',
  'Change the manifest to the value that is there; recreate the object only if it serves nobody.':
    'マニフェストを今ある値に合わせる。オブジェクトの作り直しは、誰も使っていない場合に限る。',

  // D4
  'Selector without match': 'セレクターに合うPodがない',
  'Lookups are refused or time out: kube-dns has no endpoints, though CoreDNS is ready.':
    'CoreDNSはReadyなのにkube-dnsにエンドポイントがなく、名前解決が拒否されるかタイムアウトする。',
  'No CoreDNS pod has the labels that the Service selects.':
    'Serviceが選択するラベルを持つCoreDNSのPodがない。',
  'Let the Service select the labels of the CoreDNS pods.':
    'ServiceがCoreDNSのPodのラベルを選ぶようにする。',
  'Apply the manifest’s Service again.': 'マニフェストのServiceを適用し直す。',

  // D5
  'Port 53 missing': 'ポート53がない',
  'Lookups fail by UDP or by TCP, from everywhere.':
    'UDPまたはTCPの名前解決が、どこからでも失敗する。',
  'The Service kube-dns has no port 53 for one of the protocols.':
    'Service kube-dnsに、いずれかのプロトコルのポート53がない。',

  // D6
  'Endpoint where nobody answers': '誰も応答しないエンドポイント',
  'Of the lookups from every worker a part times out, about as many as the Service has endpoints that are dead.':
    'どのワーカーからの名前解決も、Serviceのエンドポイントのうち応答しないものの割合だけタイムアウトする。',
  'An endpoint of the Service answers no worker; an EndpointSlice names it that no selector has made, or not even from within its pod an answer comes.':
    'Serviceのエンドポイントの1つが、どのワーカーにも応答しない。それを挙げているのがセレクターによらないEndpointSliceであるか、Podの中からでも応答がない。',
  'Delete that EndpointSlice, or take the address out of it or of the Endpoints that it mirrors; delete a pod that hangs.':
    'そのEndpointSliceを削除するか、それ（またはミラー元のEndpoints）からアドレスを取り除く。固まったPodは削除する。',

  // D19
  'Other pods behind the Service': 'Serviceの先にあるほかのPod',
  'Of the lookups from every worker a part gets wrong answers or none, about as many as there are such pods among its endpoints.':
    'どのワーカーからの名前解決も、エンドポイントのうちそうしたPodの割合だけ、誤った応答になるか応答がない。',
  'A pod that the Service selects, and that something else than CoreDNS’s workload has made, answers no worker rightly.':
    'Serviceのセレクターに合うが、CoreDNSのワークロード以外が作ったPodが、どのワーカーにも正しく応答しない。',
  'Take the label that the Service selects off these pods, where they get it from.':
    'Serviceが選ぶラベルを、それを付けている元のところで、これらのPodから外す。',

  // D20
  'Service without address': 'アドレスのないService',
  'Lookups time out from everywhere, while the CoreDNS pods are ready.':
    'CoreDNSのPodはReadyなのに、名前解決がどこからでもタイムアウトする。',
  'The Service kube-dns has no ClusterIP: it is headless, or of type ExternalName.':
    'Service kube-dnsにClusterIPがない。ヘッドレスか、種類がExternalNameである。',
  'Make the Service again, with the address that pods ask.':
    'Podが問い合わせるアドレスで、Serviceを作り直す。',

  // D7
  'kube-proxy not running': 'kube-proxyが動いていない',
  'Pods of a worker reach each CoreDNS pod at its own address, but not the Service.':
    'ワーカーのPodから、各CoreDNSのPodにはそのアドレスで届くが、Serviceには届かない。',
  'The host lacks the process kube-proxy; or only the Service’s answers are lost there.':
    'ホストにkube-proxyのプロセスがない。またはそこでServiceからの応答だけが失われる。',
  'Start kube-proxy; its log says why it had ended.':
    'kube-proxyを起動する。終了した理由はログに残っている。',

  // D8
  'kube-proxy may not read Services': 'kube-proxyがServiceを読めない',
  'kube-proxy runs, and Services lead nowhere, or to pods that are gone.':
    'kube-proxyは動いているが、Serviceがどこにも通じないか、すでにないPodに通じている。',
  'Its log says again and again why it cannot list Services; or nobody is bound to its role.':
    'Serviceをlistできない理由がログに繰り返し出る。または誰もそのロールにバインドされていない。',
  'Bind its user to the ClusterRole `system:node-proxier`, or give it a certificate and address that are good.':
    'そのユーザーをClusterRole `system:node-proxier`にバインドするか、正しい証明書とアドレスを設定する。',

  // D9
  'br_netfilter not loaded': 'br_netfilterがロードされていない',
  'Lookups time out now and then from workers that run a CoreDNS pod themselves.':
    'CoreDNSのPodが動いているワーカーからの名前解決が、ときどきタイムアウトする。',
  'bridge-nf-call-iptables is not 1; or only answers of the worker’s own CoreDNS pod are lost.':
    'bridge-nf-call-iptablesが1でない。または同じワーカーのCoreDNSのPodからの応答だけが失われる。',
  'Load br_netfilter and set net.bridge.bridge-nf-call-iptables to 1, also in /etc.':
    'br_netfilterをロードし、net.bridge.bridge-nf-call-iptablesを1にする。/etcにも設定する。',

  // D10
  'Filter drops packets': 'フィルターによるパケット破棄',
  'Pods of a worker reach nobody on other workers, for example after Docker or a firewall was installed.':
    'ワーカーのPodがほかのワーカーの誰にも届かない。Dockerやファイアウォールをインストールしたあとなどに起こる。',
  'A rule or policy of any table whose counter rises by what is lost; or nothing gets across, though the worker forwards.':
    '失われた分だけカウンターが増えるルールまたはポリシーが、いずれかのテーブルにある。またはワーカーは転送しているのに何も通らない。',
  'Take that rule off with the program that shows it, or accept the range of pods before it.':
    'そのルールを、それが見えるプログラムで削除する。または、その前でPodの範囲を許可する。',

  // D12
  'Filter drops one protocol': 'フィルターが片方のプロトコルを破棄する',
  'Between two workers only UDP or only TCP gets through: long answers are lost.':
    '2台のワーカーの間でUDPまたはTCPの片方しか通らず、長い応答が失われる。',
  'Between two workers all queries of one protocol are answered, and none of the other.':
    '2台のワーカーの間で、片方のプロトコルの問い合わせはすべて応答され、もう片方はすべて応答されない。',
  'Accept port 53 by UDP and by TCP between the workers.':
    'ワーカー間で、UDPとTCPの両方のポート53を許可する。',

  // D14
  'Connection table full': '接続テーブルがいっぱい',
  'Under load new connections from a worker time out, while existing ones continue.':
    '負荷がかかるとワーカーからの新しい接続がタイムアウトし、既存の接続は続く。',
  'nf_conntrack_count of the worker has reached nf_conntrack_max.':
    'ワーカーのnf_conntrack_countがnf_conntrack_maxに達している。',
  'Raise nf_conntrack_max, and look for what opens so many connections.':
    'nf_conntrack_maxを引き上げ、大量の接続を張っているものを調べる。',

  // D16
  'NetworkPolicy without effect': '効果のないNetworkPolicy',
  'A NetworkPolicy denies everything, and DNS works or fails all the same.':
    'NetworkPolicyがすべてを禁止しているが、DNSの動作には関係がない。',
  'Never a cause, only ruled out: the bridge plugin enforces no policies.':
    '原因になることはなく、除外されるだけである。bridgeプラグインはNetworkPolicyを適用しない。',
  'None needed for DNS; policies need a network plugin that enforces them.':
    'DNSについては対処不要。NetworkPolicyを効かせるには、それを適用するネットワークプラグインが必要である。',

  // D18
  'Service led to servers of its own worker alone': '同じワーカーにしかつながらないService',
  'Lookups time out from each worker that has no CoreDNS pod, and work from the others.':
    'CoreDNSのPodがないワーカーからの名前解決だけがタイムアウトし、ほかのワーカーからはできる。',
  'internalTrafficPolicy of the Service is Local, and a worker has no ready endpoint of it.':
    'ServiceのinternalTrafficPolicyがLocalで、Readyなエンドポイントのないワーカーがある。',
  'Set internalTrafficPolicy to Cluster, or run a CoreDNS pod on every worker.':
    'internalTrafficPolicyをClusterにするか、すべてのワーカーでCoreDNSのPodを動かす。',

  // D21
  'Service leads to another port': '別のポートにつながるService',
  'Lookups are refused from everywhere, while the CoreDNS pods are ready.':
    'CoreDNSのPodはReadyだが、どこからの名前解決も拒否される。',
  'Connections to the Service are refused, and its targetPort is none at which the Corefile has CoreDNS listen.':
    'Serviceへの接続が拒否され、そのtargetPortは、CorefileによりCoreDNSが待ち受けるポートではない。',
  'Let targetPort be the port that the Corefile names, and bind no address that only the pod itself reaches.':
    'targetPortをCorefileのポートにする。bindには、Pod自身からしか届かないアドレスを書かない。',
}
