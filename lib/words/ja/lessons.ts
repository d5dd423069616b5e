import type { Phrases } from '../say.ts'

/** What each step does and why, for somebody who reads along. */
export const LESSONS: Phrases = {
  'All hosts of the lab are about to share this machine. Before anything is made, the machine is looked at: root, memory, free disk, what the kernel can do, and whether the networks are free. What is missing is told now, not half-way through.':
    'これから、ラボのすべてのホストがこのマシンを共有します。何かを作る前に、root権限、メモリ、ディスクの空き、カーネルの機能、使うネットワークが空いているかを調べます。足りないものは途中ではなく、ここで分かります。',
  'A controller runs etcd, an API server, a controller manager and a scheduler; a worker runs containerd, runc, the CNI plugins, a kubelet and kube-proxy. All have pinned versions. A download counts only with the right checksum; where none can be had, the program is built from its Go module.':
    'コントローラーではetcd、APIサーバー、コントローラーマネージャー、スケジューラーが動き、ワーカーではcontainerd、runc、CNIプラグイン、kubelet、kube-proxyが動きます。バージョンはすべて固定です。ダウンロードしたものはチェックサムが合うときだけ使い、入手できないプログラムはGoモジュールからビルドします。',
  'The chapter needs three images: CoreDNS, busybox to ask from, and pause, which holds the namespaces of each pod. The workers reach no registry, so the images are made here and handed to them later.':
    'この章に必要なイメージは3つです。CoreDNS、問い合わせ元になるbusybox、そして各Podの名前空間を保持するpauseです。ワーカーからはレジストリに届かないので、イメージはここで用意し、あとで各ワーカーに渡します。',
  'Each host is a network namespace with a cable (a veth pair) to one bridge. To the programs in it that is a machine: it has its own addresses, routes, filters and ports. Only the kernel is shared.':
    '各ホストはネットワーク名前空間で、ケーブル（vethペア）で1つのブリッジにつながっています。中のプログラムから見れば、自分のアドレス、経路、フィルター、ポートを持つ1台のマシンです。共有しているのはカーネルだけです。',
  'All parts of Kubernetes prove by certificates who they are. One authority signs them all. For a client the common name is its user and the organization its group, which is what its rights hang on; for a server the names must include every address that it is called by, the first of the service range among them.':
    'Kubernetesの各部分は、証明書で自分が誰かを証明します。すべての証明書に1つの認証局が署名します。クライアントでは、コモンネームがユーザー、組織名がグループになり、権限はこれで決まります。サーバーでは、呼ばれるときのアドレスがすべて証明書の名前に入っていなければならず、Serviceの範囲の先頭アドレスもその1つです。',
  'A kubeconfig says where the API server is, whose signature to trust, and with which certificate to call. Each kubelet, each kube-proxy, each controller manager and scheduler has one, and so has the admin.':
    'kubeconfigには、APIサーバーの場所、信頼する署名者、接続に使う証明書が書かれています。kubelet、kube-proxy、コントローラーマネージャー、スケジューラーはそれぞれ自分のものを持ち、管理者も持ちます。',
  'Without this, etcd keeps Secrets as plain text on its disk. The API servers get one random key, the same on each of them, and encrypt Secrets before they hand them to etcd.':
    'これがないと、etcdはSecretを平文のままディスクに保存します。すべてのAPIサーバーが同じランダムなキーを持ち、etcdに渡す前にSecretを暗号化します。',
  'etcd holds everything that the cluster knows; everything else can simply be started again. Three members agree by majority, so one of them may be lost. Members show certificates to each other and to their clients.':
    'クラスターが知っていることはすべてetcdにあり、ほかのものは起動し直せば元どおりになります。3つのメンバーは多数決で合意するので、1つまでなら失われても動き続けます。メンバーは互いに、そしてクライアントに対しても証明書を示します。',
  'The kubelet starts no container itself: it asks containerd over a socket, by the Container Runtime Interface. containerd keeps the images, has the CNI plugins connect each pod, and starts its processes with runc.':
    'kubeletは自分ではコンテナを起動しません。Container Runtime Interfaceに従って、ソケット経由でcontainerdに依頼します。containerdはイメージを保管し、CNIプラグインに各Podをネットワークへつながせ、runcでプロセスを起動します。',
  'The API server is the only one that speaks with etcd. It checks who calls, whether they may, and whether an object makes sense, and it tells all who watch. Every other program of the cluster works by watching it.':
    'etcdと話すのはAPIサーバーだけです。誰からの要求か、許されているか、オブジェクトとして正しいかを調べ、watchしている相手に変更を知らせます。クラスターのほかのプログラムは、すべてAPIサーバーをwatchすることで動いています。',
  'Controllers make the world follow the objects: of a Deployment they make a ReplicaSet, of that pods, of ready pods the endpoints of a Service. The scheduler chooses a worker for each pod. One of each leads; the others stand by, and a Lease says who it is.':
    'コントローラーは、現実をオブジェクトに合わせます。DeploymentからReplicaSetを、ReplicaSetからPodを作り、ReadyなPodをServiceのエンドポイントにします。スケジューラーは各Podのワーカーを選びます。それぞれ1つだけがリーダーとして働き、残りは待機します。リーダーが誰かはLeaseに書かれています。',
  '`kubectl exec` and `kubectl logs` go through an API server to the kubelet on the pod’s worker, and the kubelet asks back whether that API server may do so. This role and its binding say that it may. Without it, the next chapters’ lookups fail with “forbidden”.':
    '`kubectl exec`と`kubectl logs`は、APIサーバーを経由して、Podがあるワーカーのkubeletに届きます。kubeletは、そのAPIサーバーに許可があるかを問い返します。このロールとバインディングが、その許可です。これがないと、このあとの章の名前解決は「forbidden」で失敗します。',
  'Each worker’s containerd has its own store. A pod whose image is not in it would wait for a registry that cannot be reached.':
    'イメージの保管場所は、ワーカーのcontainerdごとに別々です。そこにないイメージを使うPodは、届かないレジストリを待ち続けることになります。',
  'Each worker gives addresses to its pods out of a range of its own. Nothing tells the other hosts where that range is, so each gets a route by hand: this range is behind that worker. Larger clusters leave it to a network plugin. A route that is missing is the classic cause of “DNS works from here and not from there”.':
    '各ワーカーは、自分に割り当てられた範囲からPodにアドレスを配ります。その範囲がどこにあるかは誰もほかのホストに教えないので、「この範囲はあのワーカーの先」という経路を各ホストに手で追加します。大きなクラスターでは、これをネットワークプラグインに任せます。経路の抜けは、「ここからはDNSが引けるのに、あそこからは引けない」の典型的な原因です。',
  'The kubelet registers its worker as a Node and runs the pods that are assigned to it; it also writes each pod’s resolv.conf. kube-proxy writes rules into the kernel that send what is meant for a Service’s address to one of its pods. A Service’s address belongs to no machine: it exists only in these rules.':
    'kubeletは、自分のワーカーをNodeとして登録し、割り当てられたPodを動かします。各Podのresolv.confを書くのもkubeletです。kube-proxyは、Service宛ての通信を背後のPodのどれかへ送るルールをカーネルに書きます。Serviceのアドレスはどのマシンのものでもなく、このルールの中にだけ存在します。',
  'One file describes all of CoreDNS: an account, a role and its binding, the configuration, the Deployment and the Service. The file is known by its checksum, so it is the same today as when the chapter was written.':
    'CoreDNSのすべてが1つのファイルに書かれています。サービスアカウント、ロールとそのバインディング、設定、Deployment、そしてServiceです。ファイルはチェックサムで確かめるので、この章が書かれたときと同じものです。',
  'apply says how the objects should be, and the API server works out what differs. It does so by server-side apply, which keeps a record of who owns which field; that is what makes the preview exact and the way back exact. The Service asks for a fixed address, since every kubelet has been told that address before.':
    'applyはオブジェクトのあるべき姿を伝え、何が違うかはAPIサーバーが計算します。ここで使うサーバーサイド適用（server-side apply）は、どのフィールドを誰が所有しているかを記録します。プレビューもロールバックも正確なのは、このためです。Serviceは決まったアドレスを要求します。すべてのkubeletに、そのアドレスをあらかじめ教えてあるからです。',
  'Two pods of CoreDNS, best on different workers, so that names resolve while one worker is away. A pod is ready once CoreDNS has read all Services from an API server: that it gets this far shows that pods reach the control plane.':
    'CoreDNSのPodは2つあり、できれば別々のワーカーに置きます。片方のワーカーがいなくても名前解決が続くようにするためです。Podは、CoreDNSがAPIサーバーからすべてのServiceを読み終えるとReadyになります。ここまで来れば、Podからコントロールプレーンに届いていると分かります。',
  'Names have to resolve where programs run, in a pod; on a host they go another way. busybox is a small image with nslookup in it. The pod only sleeps, and is there to be asked from.':
    '名前は、プログラムが動く場所、つまりPodの中で解決できなければなりません。ホストでの名前解決は別の経路を通ります。busyboxはnslookupの入った小さなイメージです。このPodはスリープしているだけで、問い合わせ元として使います。',
  'A shell keeps the name in a variable for the commands that follow. jsonpath takes one field out of the answer of the API server.':
    'あとのコマンドで使うために、シェルの変数に名前を入れておきます。jsonpathは、APIサーバーの応答からフィールドを1つ取り出します。',
  'The heart of the chapter: “kubernetes” is completed to kubernetes.default.svc.cluster.local by the search list of the pod, sent to the address of the Service kube-dns, turned by kube-proxy’s rules towards a CoreDNS pod, and answered there.':
    'この章の核心です。「kubernetes」は、Podの検索リストでkubernetes.default.svc.cluster.localに補完され、Service kube-dnsのアドレスに送られ、kube-proxyのルールでCoreDNSのPodに向けられ、そこで応答されます。',
  'The name resolves to this Service, the way of every pod to the API servers. Its address is always the first of the service range; the API servers create it themselves.':
    'この名前が指すのは、どのPodもAPIサーバーへの入口として使うServiceです。アドレスは常にServiceの範囲の先頭で、APIサーバー自身が作成します。',
  'Behind that address are the API servers, by their real addresses. Each of them adds itself, so that one which is missing here does not run, or cannot reach etcd.':
    'そのアドレスの背後にあるのは、実際のアドレスで並んだAPIサーバーです。APIサーバーは自分で自分を登録するので、ここにないものは動いていないか、etcdに届いていません。',
  'The kubelet has written this file for the pod: the address of cluster DNS, the search list that completes short names, and ndots:5, for which every name with fewer than five dots is tried with the search list first.':
    'Podのこのファイルは、kubeletが書いたものです。クラスターDNSのアドレス、短い名前を補完する検索リスト、そしてndots:5が入っています。ndots:5により、ドットが5つ未満の名前はまず検索リストで補完して試されます。',
  'One lookup proves one way, from one worker to one CoreDNS pod. To prove them all, there is a small pod on every worker, whatever its taints.':
    '1回の名前解決で証明できるのは、1つのワーカーから1つのCoreDNSのPodまでの1本の経路だけです。すべての経路を証明するために、taintに関係なく、すべてのワーカーに小さなPodを1つずつ置きます。',
  'Every worker asks the Service, and each CoreDNS pod by itself, by UDP and by TCP. A cell that fails says between which two hosts the fault is; a row or a column that fails says on which. So this finds what a lookup from one pod cannot.':
    'すべてのワーカーから、Serviceと各CoreDNSのPodに、UDPとTCPで問い合わせます。失敗した1つのマスは、どの2台のホストの間に障害があるかを示し、行や列がまるごと失敗していれば、どのホストに障害があるかを示します。1つのPodからの名前解決では見つけられないものが、これで見つかります。',
}
