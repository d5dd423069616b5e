import type { Phrases } from '../../say.ts'

/** B. CoreDNS cannot read the API: what failures are called, what is seen of them, how they are proven and cured. */
export const FAILURES_B: Phrases = {
  'CoreDNS cannot read the API: CoreDNS runs but knows no names, because it cannot reach an API server or is refused by it.':
    'CoreDNSがAPIを読めない: CoreDNSは動いているが、APIサーバーに届かないか拒否されるため、名前を1つも知らない。',

  // B1
  'API server not reachable from pods': 'PodからAPIサーバーに届かない',
  'CoreDNS pods run and never become ready; lookups time out or end with SERVFAIL.':
    'CoreDNSのPodは動いているがReadyにならない。名前解決はタイムアウトするか、SERVFAILで終わる。',
  'CoreDNS logs `i/o timeout` when it dials the API server’s Service address.':
    'CoreDNSが、APIサーバーのServiceのアドレスへの接続で`i/o timeout`をログに残す。',
  'Check the endpoints of the Service kubernetes, then kube-proxy, routes and filters of the pod’s worker.':
    'Service kubernetesのエンドポイントを確認し、次にPodのあるワーカーのkube-proxy、経路、フィルターを確認する。',

  // B2
  'API server refuses connections of pods': 'APIサーバーがPodからの接続を拒否する',
  'CoreDNS logs `connection refused` when it dials the API server’s Service address.':
    'CoreDNSが、APIサーバーのServiceのアドレスへの接続で`connection refused`をログに残す。',
  'Check that each endpoint of the Service kubernetes is a running API server.':
    'Service kubernetesの各エンドポイントで、APIサーバーが動いていることを確認する。',

  // B3
  'No route from pods to the API server': 'PodからAPIサーバーへの経路がない',
  'CoreDNS logs `no route to host` or `network is unreachable` for the API server.':
    'CoreDNSが、APIサーバーについて`no route to host`または`network is unreachable`をログに残す。',
  'Check the pod’s default route, and filters that reject on its worker and on the controllers.':
    'Podのデフォルト経路と、ワーカーとコントローラーでrejectするフィルターを確認する。',

  // B4
  'API server certificate lacks an address': 'APIサーバーの証明書にアドレスが足りない',
  'CoreDNS never becomes ready and logs `x509: certificate is valid for …, not …`.':
    'CoreDNSがReadyにならず、`x509: certificate is valid for …, not …`をログに残す。',
  'The certificate that the API server shows lacks the first Service address.':
    'APIサーバーが示す証明書に、Serviceの範囲の先頭アドレスがない。',
  'Issue the certificate again with that address, and restart kube-apiserver.':
    'そのアドレスを含めて証明書を発行し直し、kube-apiserverを再起動する。',

  // B5
  'API server certificate of another authority': 'APIサーバーの証明書の認証局が違う',
  'CoreDNS is never ready and logs `x509: certificate signed by unknown authority`.':
    'CoreDNSがReadyにならず、`x509: certificate signed by unknown authority`をログに残す。',
  'The API server’s certificate is not signed by the authority that pods trust.':
    'APIサーバーの証明書に署名したのが、Podの信頼する認証局ではない。',
  'Issue the certificate again by the cluster’s authority, and restart kube-apiserver.':
    'クラスターの認証局で証明書を発行し直し、kube-apiserverを再起動する。',

  // B6
  'Service account key differs': 'サービスアカウントの鍵が違う',
  'CoreDNS logs `Unauthorized`; with several controllers only some requests fail.':
    'CoreDNSが`Unauthorized`をログに残す。コントローラーが複数あると、一部の要求だけが失敗する。',
  'An API server’s keys do not include the one that tokens are signed with.':
    'APIサーバーの持つ鍵に、トークンの署名に使われた鍵がない。',
  'Give every API server the same service account key, and restart it.':
    'すべてのAPIサーバーに同じサービスアカウントの鍵を持たせ、再起動する。',

  // B7
  'API server certificate expired': 'APIサーバーの証明書の期限切れ',
  'CoreDNS is never ready and logs `x509: certificate has expired or is not yet valid`.':
    'CoreDNSがReadyにならず、`x509: certificate has expired or is not yet valid`をログに残す。',
  'The dates of the certificate that the API server shows.': 'APIサーバーが示す証明書の有効期間。',
  'Check the controller’s clock; if it is right, issue the certificate again and restart kube-apiserver.':
    'コントローラーの時計を確認する。正しければ証明書を発行し直し、kube-apiserverを再起動する。',

  // B8
  'Role of CoreDNS lacks a permission': 'CoreDNSのロールに権限が足りない',
  'CoreDNS never becomes ready and logs `… is forbidden`.':
    'CoreDNSがReadyにならず、`… is forbidden`をログに残す。',
  'No cluster role of its service account allows it to list and watch a resource that it needs.':
    'サービスアカウントのどのClusterRoleも、必要なリソースのlistとwatchを許可していない。',
  'Apply the manifest’s ClusterRole and ClusterRoleBinding again.':
    'マニフェストのClusterRoleとClusterRoleBindingを適用し直す。',

  // B9
  'Role of CoreDNS lacks endpointslices': 'CoreDNSのロールにendpointslicesがない',
  'CoreDNS 1.8.1 or later never becomes ready and logs `endpointslices … is forbidden`.':
    'CoreDNS 1.8.1以降がReadyにならず、`endpointslices … is forbidden`をログに残す。',
  'Its image reads EndpointSlices, and no rule of its cluster roles allows that.':
    'このイメージはEndpointSliceを読むが、ClusterRoleのどのルールもそれを許可していない。',
  'Add endpointslices (discovery.k8s.io, list and watch) to its ClusterRole.':
    'ClusterRoleにendpointslices（discovery.k8s.io、listとwatch）を追加する。',

  // B10
  'CoreDNS exits without API server': 'APIサーバーに届かずCoreDNSが終了する',
  'CoreDNS 1.8.1 to 1.8.3 restarts again and again (CrashLoopBackOff).':
    'CoreDNS 1.8.1〜1.8.3が再起動を繰り返す（CrashLoopBackOff）。',
  'The last line of its log is the failed request for the API server’s version.':
    'ログの最後の行が、APIサーバーのバージョンを尋ねる要求の失敗である。',
  'As for B1 to B3: restore the way from pods to the API server.':
    'B1〜B3と同じく、PodからAPIサーバーへの経路を回復する。',

  // B11
  'CoreDNS newer than the cluster': 'CoreDNSがクラスターより新しい',
  'CoreDNS logs `the server could not find the requested resource`.':
    'CoreDNSが`the server could not find the requested resource`をログに残す。',
  'Use a CoreDNS version that fits the version of Kubernetes.':
    'Kubernetesのバージョンに合ったバージョンのCoreDNSを使う。',

  // B12
  'Wrong endpoints of kubernetes': 'kubernetesのエンドポイントが誤っている',
  'Pods time out on the Service kubernetes, always or now and then.':
    'PodからService kubernetesへの接続が、常に、またはときどきタイムアウトする。',
  'The endpoints of the Service kubernetes name an address that is no controller’s.':
    'Service kubernetesのエンドポイントに、どのコントローラーのものでもないアドレスがある。',
  'Start kube-apiserver with --advertise-address and the address of its controller.':
    '--advertise-addressにそのコントローラーのアドレスを指定してkube-apiserverを起動する。',

  // B13
  'API server not running': 'APIサーバーが動いていない',
  'With several controllers some requests fail, seemingly at random; with one all do.':
    'コントローラーが複数あると一部の要求が不規則に失敗する。1台だけならすべて失敗する。',
  'A controller lacks the process kube-apiserver, or nothing answers on its port; a filter there counts what it stops.':
    'コントローラーにkube-apiserverのプロセスがない。またはそのポートで何も応答しない。フィルターがあれば、止めたパケットを数えている。',
  'Start it; its log says why it had ended. Where a filter keeps everybody off, take that off.':
    '起動する。終了した理由はログに残っている。フィルターが接続を止めているなら、それを外す。',
  'Start it; its log says why it had ended.': '起動する。終了した理由はログに残っている。',

  // B14
  'etcd member not running': 'etcdのメンバーが動いていない',
  'Nothing fails as long as most members run; with one more down nothing can be written.':
    '過半数のメンバーが動いている間は何も失敗しないが、もう1台止まると何も書き込めなくなる。',
  'A controller lacks the process etcd.': 'コントローラーにetcdのプロセスがない。',

  // B15
  'No room left in etcd': 'etcdに空きがない',
  'Everything can be read, and nothing written: "mvcc: database space exceeded".':
    '読み取りはすべてできるが、書き込みは何もできない。「mvcc: database space exceeded」と出る。',
  'etcd’s own words, in its health or in what the API server refuses.':
    'etcd自身のメッセージ。そのヘルスチェック、またはAPIサーバーが拒否した理由に出る。',
  'Compact etcd, defragment it and disarm its alarm; look for what writes so much, or raise its quota.':
    'etcdをコンパクションし、デフラグし、アラームを解除する。大量に書き込んでいるものを探すか、クォータを上げる。',

  // B16
  'Corefile names another API server': 'Corefileが別のAPIサーバーを指定している',
  'CoreDNS logs that it cannot list, and its plugin kubernetes has the option endpoint or kubeconfig.':
    'CoreDNSが一覧を取得できないとログに残し、プラグインkubernetesにオプションendpointまたはkubeconfigがある。',
  'Take that option out: in a pod CoreDNS finds the API server and its credentials by itself.':
    'そのオプションを消す。CoreDNSはPodの中では、APIサーバーと認証情報を自分で見つける。',
}
