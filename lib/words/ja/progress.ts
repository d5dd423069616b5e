import type { Phrases } from '../say.ts'

/** How far a step is: what a wait still lacks, and what is being made meanwhile. */
export const PROGRESS: Phrases = {
  // The lab's hosts
  '{name} has not registered': '{name}は未登録',
  '{name} is ready': '{name}はReady',
  '{name} is ready, and still tainted {taints…}': '{name}はReadyだが、taint {taints…}が残っている',
  '{name} is not ready: {why…}': '{name}はReadyではない: {why…}',
  'no condition yet': '状態はまだ不明',
  '{socket} does not answer yet': '{socket}はまだ応答しない',

  // Pods and the Service
  'pod {name}: {state…}': 'Pod {name}: {state…}',
  'not there yet': 'まだない',
  '{ready} of {wanted} ready': '{wanted}個中{ready}個がReady',
  'pod {name} on {node} {ip} ready': '{node}のPod {name}（{ip}）: Ready',
  'pod {name} on {node} ready': '{node}のPod {name}: Ready',
  'pod {name} on {node} {ip} {state…}': '{node}のPod {name}（{ip}）: {state…}',
  'pod {name} on {node} {state}': '{node}のPod {name}: {state}',
  'pod {name} not scheduled {state…}': 'Pod {name}は未スケジュール: {state…}',
  'the last change of {name} has not been taken up by its controller yet':
    '{name}の最新の変更を、コントローラーがまだ処理していない',
  'the rollout of {name} has not ended: {updated} of {wanted} pods are of its present template, and older ones serve':
    '{name}のロールアウトが未完了: 現在のテンプレートのPodは{wanted}個中{updated}個で、古いPodが応答している',
  'service/{name} in {namespace} selects {labels…}, and no pod has these labels':
    '{namespace}のservice/{name}は{labels…}を選択するが、このラベルを持つPodがない',
  '{service} in {namespace} has no endpoints': '{namespace}の{service}にエンドポイントがない',
  '{address} is not ready': '{address}はReadyではない',
  'node {name} is not ready: {why…}': 'ノード{name}はReadyではない: {why…}',
  'no CoreDNS pod is there': 'CoreDNSのPodがない',
  'no DNS server is ready': 'ReadyなDNSサーバーがない',
  'no worker to ask from': '問い合わせ元のワーカーがない',
  'more than one Service may be the cluster DNS: {names…}':
    'クラスターDNSらしいServiceが複数ある: {names…}',
  '{service…} has the address {address}, and no port {port}':
    '{service…}がアドレス{address}を持つが、ポート{port}がない',
  'no Service for DNS is there': 'DNSのServiceがない',
  'no Service has the address {address}': 'アドレス{address}を持つServiceがない',
  '{object} is being deleted': '{object}を削除中',
  '{object} in {namespace} is being deleted': '{namespace}の{object}を削除中',

  // What the chapter looks at
  'service/kubernetes has {address}': 'service/kubernetesのアドレスは{address}',
  'service/kubernetes has no clusterIP': 'service/kubernetesにclusterIPがない',
  'service/kubernetes has no endpoints': 'service/kubernetesにエンドポイントがない',
  'configmap/kube-root-ca.crt has no ca.crt yet': 'configmap/kube-root-ca.crtにca.crtがまだない',
  '{address} is not among the endpoints': '{address}がエンドポイントにない',
  '{address} is among the endpoints and no controller of the inventory':
    '{address}はエンドポイントにあるが、インベントリーのコントローラーではない',
  '{address} does not answer': '{address}は応答しない',
  'no answer from {server}': '{server}から応答がない',
  '{name} is {address}, not {expected}': '{name}が{expected}ではなく{address}になる',
  '{count} pods in namespace default have the label run=busybox':
    '名前空間defaultに、ラベルrun=busyboxのPodが{count}個ある',
  'pod/busybox is on no worker yet': 'pod/busyboxはまだどのワーカーにもない',

  // What was asked from every worker
  '{worker}: {name} gives {got…}, expected {expected…}':
    '{worker}: {name}の答えは{got…}（正しくは{expected…}）',
  '{worker}: resolv.conf of its probe: {what…}': '{worker}: プローブのresolv.conf: {what…}',
  'nameserver {found…}, expected {expected…}': 'nameserverが{found…}（正しくは{expected…}）',
  'search {found…}, expected {expected…}': 'searchが{found…}（正しくは{expected…}）',
  'ndots {found}, expected {expected}': 'ndotsが{found}（正しくは{expected}）',
  'the kubelet on {node} has {settings…}': '{node}のkubeletの設定が{settings…}',
  'no answer': '応答なし',
  'SERVFAIL, as the Corefile forwards nothing': 'SERVFAIL。Corefileに転送先がないため',
  'REFUSED, as the Corefile serves no such name': 'REFUSED。Corefileがその名前を提供しないため',
  'any answer': '何らかの応答',
  '{from} -> {to…}: {answered} of {asked} answered': '{from} → {to…}: {asked}回中{answered}回応答',
  '{from} -> {to…}: {answered} of {asked} answered, {more…}':
    '{from} → {to…}: {asked}回中{answered}回応答、{more…}',
  '{from} -> {to…}: not proven, {why…}': '{from} → {to…}: 確認できず（{why…}）',
  'large packets get lost': '大きなパケットは失われる',

  // Objects, and other runs
  'creating {object}': '{object}を作成中',
  'changing {object}': '{object}を変更中',
  'restarting the CoreDNS pods': 'CoreDNSのPodを再起動中',
  'restarting all containers on {host}': '{host}の全コンテナーを再起動中',
  'new pods of the cluster DNS have not begun to come':
    'クラスターDNSの新しいPodがまだ作られていない',
  'pods of the cluster DNS: {count} not ready, {leaving} going':
    'クラスターDNSのPod: {count}個がまだReadyではなく、{leaving}個が終了中',
  'it is asked meanwhile': 'その間も問い合わせ中',
  '{lease…} is held: {holder…}': '{lease…}は使用中: {holder…}',
  'watching for {seconds} s whether it is still renewed': '更新が続いているかを{seconds}秒間確認中',
  'not yet: {what…}': 'まだ: {what…}',
  '{name} still counts as ready': '{name}はまだReadyと見なされている',

  // Programs and images
  'getting {family}: {source…}': '{family}を準備中: {source…}',
  '{family} is not available from {source…}: {why…}': '{source…}からは{family}を用意できず: {why…}',
  'official release {version}': '公式リリース{version}',
  'build from Go modules, go/{folder}': 'Goモジュールからのビルド（go/{folder}）',
  "the distribution's package {name}": 'ディストリビューションのパッケージ{name}',
  'what is installed on this machine': 'このマシンにインストール済みのもの',
  'proving that the programs run here': 'プログラムがここで動くことを確認中',
  'waiting for process {pid}, which makes {name} too': '{name}を作成中のプロセス{pid}を待機中',
  'waiting for another download of packages': '別のパッケージのダウンロードを待機中',
  'fetching fresh package lists into the cache': '新しいパッケージ一覧をキャッシュに取得中',
  'downloading {what…}': '{what…}をダウンロード中',
  '{done} MB of {all} MB': '{done}/{all} MB',
  'unpacking {name} {version}': '{name} {version}を展開中',
  continuing: '続行中',
  'the parts do not match, starting over': '断片が一致しないため、最初からやり直し中',
  'taking the programs out of the archive': 'アーカイブからプログラムを取り出し中',
  'asking Go what needs compiling': 'コンパイルが必要なものをGoで確認中',
  '{count} packages to compile': 'コンパイルするパッケージ{count}個',
  '{count} programs to link': 'リンクするプログラム{count}個',
  'module {count}: {module…}': 'モジュール{count}: {module…}',
  'compiled {done} of {all} packages: {package}':
    'パッケージ{done}/{all}個をコンパイル済み: {package}',
  'compiled all {all} packages, linking': 'パッケージ{all}個すべてをコンパイル済み、リンク中',
  'linked {done} of {all} programs': 'プログラム{done}/{all}個をリンク済み',
  'pulling {image}': '{image}を取得中',
  'pulling {image}, {how…}': '{image}を取得中（{how…}）',
  'not pulled: {why…}': '取得できず: {why…}',
  'putting {family} {version} into an image': '{family} {version}をイメージに格納中',
}
