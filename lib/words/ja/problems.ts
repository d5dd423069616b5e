import type { Phrases } from '../say.ts'

/** What steps of the chapter and of `prove` say of their own failures, and what to do then. */
export const PROBLEMS: Phrases = {
  'the name kubernetes leads to {address}, not to {expected}':
    '名前kubernetesの先が{expected}ではなく{address}です',
  'pod busybox does not ask the cluster DNS correctly':
    'Pod busyboxのクラスターDNSへの問い合わせ方が正しくありません',
  'the kubelet on {node} has {settings…}, which differs from Service {service} ({address}) and the inventory':
    '{node}のkubeletの設定が{settings…}で、Service {service}（{address}）およびインベントリーと違います',
  'the pod was started before the kubelet on {node} had the clusterDNS and clusterDomain that it has now, which are as wanted':
    '{node}のkubeletのclusterDNSとclusterDomainは今は期待どおりですが、Podはその前に起動しています',
  'set clusterDNS: [{address}] and clusterDomain: {domain} in the kubelet config of {node}, restart it, delete the pod':
    '{node}のkubeletの設定でclusterDNS: [{address}]とclusterDomain: {domain}を指定し、再起動してからPodを削除する',
  'nothing of the chapter is in this cluster: none of the {count} objects of coredns.yaml is there, and {missing…}':
    'このクラスターには、この章のものが何もありません: coredns.yamlのオブジェクト{count}個がどれもなく、{missing…}',
  'no cluster DNS is there': 'クラスターDNSもありません',
  '{command…} makes it; {other…} --dry-run shows first what that would be':
    '{command…}\n# 先に内容を確認するには: {other…} --dry-run',
  "an API server's certificate is not good for {address}, under which pods call it":
    'APIサーバーの証明書が、Podからの接続先である{address}に対して有効ではありません',
  'it was issued without {address}, by another authority, or it has expired':
    '{address}を含めずに発行されたか、別の認証局のものか、期限切れです',
  'issue kubernetes.pem again with {address} among its names and restart that API server':
    '{address}を名前に含めてkubernetes.pemを発行し直し、そのAPIサーバーを再起動する',
  '{file} is not there': '{file}がありません',
  '{file} is not the pinned manifest': '{file}が固定されたマニフェストではありません',
  'a pod named busybox exists in namespace default and is another one':
    '名前空間defaultに、別のbusyboxという名前のPodがあります',
  'look at it ({look…}); if it can go: {command…}': '{look…}\n# 不要なら: {command…}',
  'the Service kubernetes has {address}, not {expected}':
    'Service kubernetesのアドレスが{expected}ではなく{address}です',
  'the API servers use another range than {range} for Services':
    'APIサーバーがServiceに使う範囲が{range}ではありません',
  'set cluster.serviceCIDR in inventory.yaml to what kube-apiserver has as --service-cluster-ip-range':
    'inventory.yamlのcluster.serviceCIDRを、kube-apiserverの--service-cluster-ip-rangeに合わせる',
  'which Service is the cluster DNS cannot be told':
    'どのServiceがクラスターDNSなのか判別できません',
  'kubelets know which address pods are given, and could not be asked':
    'Podに渡されるアドレスはkubeletが知っていますが、問い合わせできませんでした',
  'this cluster has no DNS of its own that could be found': 'このクラスターのDNSが見つかりません',
  'no Service takes DNS queries at an address that pods are given':
    'Podに渡されるアドレスでDNSの問い合わせを受けるServiceがありません',

  'look at what was seen last; if it only needs more time, continue with {command…}':
    '最後の観測結果を確認する。時間が足りないだけなら: {command…}',
  '{step…}: failed, and waiting will not help': '{step…}: 失敗しました。待っても変わりません',

  // CoreDNS pods
  'the CoreDNS pods will never be as wanted': 'CoreDNSのPodが期待どおりになる見込みがありません',
  'both CoreDNS pods have the address {address}':
    '2つのCoreDNSのPodが同じアドレス{address}を持っています',
  'several CoreDNS pods have the address {address}':
    '複数のCoreDNSのPodが同じアドレス{address}を持っています',
  'pod {pod} will never start': 'Pod {pod}が起動する見込みがありません',
  '{line…}: nobody would answer': '{line…}: 応答するものがありません',
  '{object} has 0 replicas': '{object}のレプリカ数が0です',
  '{object} is wanted on no node': '{object}の対象になるノードがありません',
  'no node fits its nodeSelector {labels…}, its affinity and its tolerations':
    'nodeSelector {labels…}、affinity、tolerationに合うノードがありません',
  'the {count} CoreDNS pods run on fewer than {spread} workers':
    'CoreDNSのPod{count}個が動いているワーカーが{spread}台未満です',
  'nothing forbids that one worker has them all, and the others may not have been ready when these were scheduled':
    '1台のワーカーにすべてが配置されることを禁じるものがなく、配置されたとき、ほかのワーカーの準備ができていなかった可能性があります',
  'service/{name} in {namespace} selects {labels…}, and no pod has these labels, nor does any Deployment, DaemonSet or StatefulSet make one':
    '{namespace}のservice/{name}は{labels…}を選択しますが、このラベルを持つPodも、それを作るDeployment、DaemonSet、StatefulSetもありません',
  'the last pods of {service} are being deleted, and no Deployment, DaemonSet or StatefulSet makes new ones':
    '{service}の最後のPodが削除されている途中で、新しいPodを作るDeployment、DaemonSet、StatefulSetがありません',
  'set probe.hosts to false in the inventory: routes and settings of workers are then inferred, no longer seen':
    'インベントリーのprobe.hostsをfalseにする（ワーカーの経路と設定は観測ではなく推定になる）',
  'what makes the CoreDNS pods was deleted, or was never there':
    'CoreDNSのPodを作るものが削除されたか、最初からありません',

  // The matrix
  'DNS does not work from everywhere: {failed} of {all} checks failed':
    'DNSが動作しない場所があります: {all}項目中{failed}項目が失敗しました',
  '{command…}\n# on the workers that are named: ip route':
    '{command…}\n# 名前の出ているワーカーではip route',
  'DNS could not be asked from any node': 'どのノードからもDNSに問い合わせできませんでした',
  'no probe could be started, or none could be told to ask':
    'プローブを1つも起動できないか、問い合わせを指示できませんでした',
  'another DNS server answers, or CoreDNS serves another cluster':
    '別のDNSサーバーが応答しているか、CoreDNSが別のクラスターを扱っています',
  'fix what is named, or prove less: {command…} prove --no-probes; the rights that are needed: {other…} prove --rbac':
    '{other…} prove --rbac\n# 必要な権限を確認して、示された問題を直す。証明の範囲を減らすなら: {command…} prove --no-probes',
  'grant the right nodes/proxy: {command…} prove --rbac prints it':
    '{command…} prove --rbac\n# 表示される権限nodes/proxyを付与する',
  "namespace {name} takes no pods that are on their host's network":
    '名前空間{name}は、ホストネットワークを使うPodを受け入れません',
  'no pod can be asked for DNS: {why…}': 'どのPodからもDNSに問い合わせできません: {why…}',
  'no role bound to this user has that right':
    'このユーザーにバインドされたロールに、その権限がありません',
  'pod {pod} does not tell routes and settings of its host':
    'Pod {pod}からホストの経路と設定が得られません',

  // The manifest
  '{url} gives no manifest, and the copy kept with this project is not there':
    '{url}からマニフェストを取得できず、このプロジェクトに付属の控えもありません',
  '{url} gives no manifest, and the copy kept with this project has another sha256':
    '{url}からマニフェストを取得できず、このプロジェクトに付属の控えのsha256も違います',
  'make the url reachable, or set manifest.url and manifest.sha256 in inventory.yaml':
    'URLに届くようにするか、inventory.yamlのmanifest.urlとmanifest.sha256を設定する',
  '{file} is not the one that this version came with':
    '{file}がこのバージョンに付属のものと違います',
  'get that file of this project again, as it was published':
    '公開されているとおりのファイルを、このプロジェクトから取得し直す',
  '{url} is larger than the {count} bytes that a manifest may have':
    '{url}が、マニフェストの上限{count}バイトを超えています',
  '{url} answers with a web page instead of a manifest':
    '{url}の応答がマニフェストではなくWebページです',
  'a proxy or a login page stands in between, or the file has gone':
    '間にプロキシやログインページがあるか、ファイルがなくなっています',
  'check manifest.url in inventory.yaml; a larger manifest needs manifest.limit raised':
    'inventory.yamlのmanifest.urlを確認する。マニフェストが大きいならmanifest.limitを増やす',
  'read what it is now; if you trust it, put its sha256 into manifest.sha256 of inventory.yaml':
    '現在の内容を読み、信頼できるならinventory.yamlのmanifest.sha256にそのsha256を設定する',
  '{url} has another content than the one pinned': '{url}の内容が固定されたものと違います',

  // Objects
  'user {name} may not do all that a run needs':
    'ユーザー{name}には、実行に必要な権限がすべてはありません',
  'the objects cannot be applied as they are: {count} thing stands in the way':
    'オブジェクトをこのままでは適用できません: 解決が必要な点が{count}件あります',
  'the objects cannot be applied as they are: {count} things stand in the way':
    'オブジェクトをこのままでは適用できません: 解決が必要な点が{count}件あります',
  '{objects…}: fields belong to somebody else': '{objects…}: ほかの所有者のフィールドがあります',
  'an autoscaler sets the replicas, and would set them again whatever a run writes':
    'オートスケーラーがレプリカ数を設定しており、実行で何を書き込んでも設定し直されます',
  'another manager set these fields to other values and still owns them':
    '別のマネージャーがこれらのフィールドに別の値を設定し、所有し続けています',
  '{objects…} cannot be created as wanted': '{objects…}を期待どおりに作成できません',
  '{objects…} cannot be changed as wanted': '{objects…}を期待どおりに変更できません',
  'fix what the server names, in the manifest or in the cluster, then run again':
    'サーバーが指摘した箇所をマニフェストまたはクラスターで直し、もう一度実行する',
  'fix the manifest where the lines above say so (manifest.url and manifest.sha256 of inventory.yaml name it), then run again':
    '上に示した箇所でマニフェストを直し（場所はinventory.yamlのmanifest.urlとmanifest.sha256）、もう一度実行する',
  'look again with {command…} --dry-run --on-conflict adopt, then run again':
    '{command…} --dry-run --on-conflict adopt\n# 内容を確認してから、もう一度実行する',
  'stop it, or change the manifest to what it wants, then continue with {command…}':
    'それを止めるか、マニフェストをその内容に合わせてから再開する: {command…}',
  'stop that program, then continue with {command…}':
    'そのプログラムを止めてから再開する: {command…}',
  'others have taken or changed fields since the plan was shown':
    '計画を表示したあとに、ほかの所有者がフィールドを取得または変更しました',
  'only what was shown is taken over': '引き継ぐのは、表示したものだけです',
  '{what…}: not as it was just made': '{what…}: 作成した直後の状態と違います',
  'another program on this machine changes the same, or the kernel does not keep it':
    'このマシンの別のプログラムが同じものを変更しているか、カーネルが保持していません',
  '{objects…} changed again at once': '{objects…}がすぐにまた変更されました',
  'a controller or another run writes the same fields':
    'コントローラーまたは別の実行が、同じフィールドに書き込んでいます',

  // Admission
  'the API server gets no answer from the webhook {webhook}; wanted to {operation…}':
    'APIサーバーがWebhook {webhook}から応答を得られません（試みた操作: {operation…}）',
  'the API server does not let it in; wanted to {operation…}':
    'APIサーバーが受け入れません（試みた操作: {operation…}）',
  'the quota {quota} has no room left for it: {numbers…}':
    'ResourceQuota {quota}に空きがありません: {numbers…}',
  'the quota {quota} lets in only pods with requests and limits of their own: {what…}':
    'ResourceQuota {quota}は、requestsとlimitsを指定したPodしか受け入れません: {what…}',
  'a LimitRange of the namespace does not let it in: {why…}':
    '名前空間のLimitRangeに合わないため受け入れられません: {why…}',
  'the webhook {webhook} denies it: {why…}': 'Webhook {webhook}が拒否しています: {why…}',
  'the webhook {webhook} has to agree to every such request, and gives no answer: {why…}':
    'このような要求にはWebhook {webhook}の承認が必要ですが、応答がありません: {why…}',
  '{command…}; let service {name} of namespace {namespace} answer, or set failurePolicy: Ignore there':
    '{command…}\n# 名前空間{namespace}のService {name}が応答するようにするか、そこでfailurePolicy: Ignoreを設定する',
  '{command…}; let {url} answer, or set failurePolicy: Ignore there':
    '{command…}\n# {url}が応答するようにするか、そこでfailurePolicy: Ignoreを設定する',
  '{command…}; comply with it, or let its namespaceSelector leave this namespace out':
    '{command…}\n# それに合わせるか、namespaceSelectorでこの名前空間を対象外にする',
  '{command…}; let them allow what is asked for': '{command…}\n# 必要な値が許されるようにする',
  '{command…}; let a LimitRange of that namespace give pods requests and limits by default':
    '{command…}\n# その名前空間のLimitRangeで、Podにrequestsとlimitsの既定値を与える',
}
