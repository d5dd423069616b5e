import type { Phrases } from '../say.ts'

/** Titles of steps, when there is nothing to do, and what rollback does. */
export const STEPS: Phrases = {
  'Check this machine': 'このマシンの確認',
  'the machine can run the lab': 'このマシンでラボを動かせる',
  'nothing: it only looks': 'なし（確認するだけ）',
  'Install the programs of controllers and workers': 'プログラムのインストール',
  '{programs…} are there in the pinned versions': '{programs…}が固定バージョンで揃っている',
  'the links go; the cache stays for the next lab ({command…})':
    'リンクを削除する。キャッシュは次のラボのために残す。消すには: {command…}',
  'Get the images of CoreDNS, busybox and the pod sandbox': 'イメージの用意',
  'the images {images…} are in the cache': 'イメージ{images…}がキャッシュにある',
  'nothing: the cache stays for the next lab ({command…})':
    'なし。キャッシュは次のラボのために残す。消すには: {command…}',
  'Create the hosts and the network between them': 'ホストとネットワークの作成',
  'all controllers and workers are on one bridge':
    'すべてのコントローラーとワーカーが1つのブリッジにつながっている',
  'what was made is removed, what was changed is put back as it was':
    '作成したものは削除し、変更したものは元に戻す',
  'Issue the certificates': '証明書の発行',
  'an authority and {count} certificates for {hosts} hosts':
    '認証局と、ホスト{hosts}台分の証明書{count}枚',
  'Write the kubeconfigs': 'kubeconfigの作成',
  'kubeconfigs for {hosts} hosts and the admin': 'ホスト{hosts}台と管理者のkubeconfig',
  'Write the key for data at rest': '保存データの暗号化キーの作成',
  'Secrets are encrypted at rest with a random key':
    'Secretがランダムなキーで暗号化されて保存される',
  'Start etcd on the controllers': 'コントローラーでのetcdの起動',
  'etcd runs on {hosts…}': 'etcdが{hosts…}で動いている',
  'Start containerd on the workers': 'ワーカーでのcontainerdの起動',
  'containerd runs on {hosts…}': 'containerdが{hosts…}で動いている',
  'Start the API servers': 'APIサーバーの起動',
  'kube-apiserver runs on {hosts…}': 'kube-apiserverが{hosts…}で動いている',
  'Start the controller managers and schedulers': 'マネージャーとスケジューラーの起動',
  'they run on {hosts…}': '{hosts…}で動いている',
  'Allow the API servers to reach the kubelets': 'kubeletへのアクセスの許可',
  'all objects live as wanted, whoever owns their fields':
    'すべてのオブジェクトが期待どおり（フィールドの所有者は問わない）',
  'objects made here are deleted, those changed are put back exactly, owners of fields included':
    'ここで作成したオブジェクトは削除し、変更したものはフィールドの所有者も含めて正確に元に戻す',
  'Import the images into each worker': '各ワーカーへのイメージの取り込み',
  '{images…} are on every worker': '{images…}がすべてのワーカーにある',
  "nothing by itself: containerd's store goes with the worker":
    '個別には何もしない。containerdのストアはワーカーと一緒に消える',
  "Add the routes to each worker's pods": '各ワーカーのPodへの経路の追加',
  'every host has a route to the pods of each other worker':
    'どのホストにも、ほかの各ワーカーのPodへの経路がある',
  'Start the workers': 'ワーカーの起動',
  'kubelet and kube-proxy run on {hosts…}': 'kubeletとkube-proxyが{hosts…}で動いている',
  'Download coredns.yaml': 'coredns.yamlのダウンロード',
  'Copy coredns.yaml': 'coredns.yamlのコピー',
  'the file has the pinned sha256': 'ファイルのsha256が固定値と一致する',
  'the earlier file is put back, or none where there was none':
    '以前のファイルに戻す（なかった場合は削除する）',
  'Apply coredns.yaml': 'coredns.yamlの適用',
  'Wait for the CoreDNS pods on different workers': '別々のワーカーでのCoreDNS起動待ち',
  'as many pods as replicas are Running and Ready, on different workers, each with an address of its own worker':
    'レプリカ数のPodが別々のワーカーでRunningかつReadyになり、それぞれ自分のワーカーの範囲のアドレスを持つ',
  'nothing to undo: it only looks': 'なし（確認するだけ）',
  'Start busybox': 'busyboxの起動',
  'it runs, with that image and command': 'そのイメージとコマンドで動いている',
  'deleted where made here': 'ここで作成した場合は削除する',
  "Read the busybox pod's name": 'busyboxのPod名の取得',
  'the template gives one name': 'テンプレートから名前が1つ得られる',
  'Look up the name kubernetes': '「kubernetes」の名前解決',
  "the answer is the Service's ClusterIP, whatever nslookup's exit code":
    '応答がServiceのClusterIPである（nslookupの終了コードは問わない）',
  'Look at the Service kubernetes': 'Service kubernetesの確認',
  'its ClusterIP is the first address of the service range':
    'ClusterIPがServiceの範囲の先頭アドレスである',
  'Look at the endpoints of kubernetes': 'kubernetesのエンドポイントの確認',
  'they are exactly the controllers, each with a certificate good for that ClusterIP':
    'コントローラーと過不足なく一致し、それぞれの証明書がこのClusterIPに対して有効である',
  "Look at the pod's resolv.conf": 'Podのresolv.confの確認',
  "nameserver, search list and ndots are those computed, and the kubelet's clusterDNS is the Service's ClusterIP":
    'nameserver、検索リスト、ndotsが計算どおりで、kubeletのclusterDNSがServiceのClusterIPである',
  'Start a DNS probe on every worker': '全ワーカーでのDNSプローブの起動',
  'one small pod runs on every worker, whatever its taints':
    'taintに関係なく、すべてのワーカーで小さなPodが1つ動いている',
  "two small pods run on every worker, whatever its taints: one asks names, one sees the worker's routes and settings":
    'taintに関係なく、すべてのワーカーで小さなPodが2つ動いている。1つは名前を問い合わせ、もう1つはワーカーの経路と設定を見る',
  'the pods made here are deleted': 'ここで作成したPodを削除する',
  'Ask every DNS server from every worker': '全ワーカー×全DNSサーバーの問い合わせ',
  'Service and each CoreDNS pod answer correctly and without loss, by UDP and TCP, from every worker and past the network; short, full, reverse, absent and external names give what they should':
    'Serviceと各CoreDNSのPodが、すべてのワーカーから（ネットワークを経由しない場合も）UDPとTCPで正しくロスなく応答する。短い名前、完全な名前、逆引き、存在しない名前、外部の名前が期待どおりの結果になる',
  'Find the cluster DNS': 'クラスターDNSの検出',
  'pods are given an address, a Service has it, and somebody serves for that Service':
    'Podに渡されるアドレスを持つServiceがあり、そのServiceの背後で応答するものがある',
  'Look at the DNS servers': 'DNSサーバーの確認',
  'as many as wanted are ready, each with an address of its own':
    '必要な数だけReadyで、それぞれ固有のアドレスを持つ',
  'Start a probe on every node': '全ノードでのプローブの起動',
  'one small pod runs on every node that is ready, whatever its taints':
    'taintに関係なく、Readyなすべてのノードで小さなPodが1つ動いている',
  'the pods are deleted; their kubelets end them ten minutes later in any case':
    'Podを削除する。削除できなくても10分後にはkubeletが終了させる',
  'Ask every DNS server from every node': '全ノード×全DNSサーバーの問い合わせ',
  'Service and servers answer correctly and without loss, by UDP and TCP, from every node; resolv.conf and all kinds of names are as they should be':
    'Serviceと各サーバーが、すべてのノードからUDPとTCPで正しくロスなく応答する。resolv.confとあらゆる種類の名前が期待どおりである',
}
