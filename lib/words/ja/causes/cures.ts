import type { Phrases } from '../../say.ts'

/** What a cure says beside its commands: in Japanese on a line of its own, as a comment to the shell. */
export const CURES: Phrases = {
  '{cure…}   # on {hosts…}': '# {hosts…}で実行\n{cure…}',
  '{one} and {other}': '{one}と{other}',
  'each controller': '各コントローラー',
  'each worker': '各ワーカー',
  '{command…}; then {next…}': '{command…}\n# そのあとで\n{next…}',
  '{command…}; then run again': '{command…}\n# そのあと、もう一度実行する',
  '{command…} # names of other domains have no answer until forward names a server':
    '{command…}\n# ほかのドメインの名前は、forwardにサーバーを指定するまで解決できない',
  '{command…} # a next run that reports a conflict takes --on-conflict adopt':
    '{command…}\n# 次の実行で競合が報告されたら、--on-conflict adoptを付ける',
  '{command…} # names of other domains have no answer until forward names a server; a next run that reports a conflict takes --on-conflict adopt':
    '{command…}\n# ほかのドメインの名前は、forwardにサーバーを指定するまで解決できない\n# 次の実行で競合が報告されたら、--on-conflict adoptを付ける',

  // Pods
  '{command…}, or name one that is there as sandbox in /etc/containerd/config.toml':
    '{command…}\n# または、手元にあるイメージを/etc/containerd/config.tomlのsandboxに指定する',
  '{command…}; then delete what need not run, or add a worker':
    '{command…}\n# 不要なものを削除するか、ワーカーを追加する',
  '{command…}; let pods have more memory by default; {next…}':
    '{command…}\n# Podの既定のメモリーを増やす\n{next…}',
  '{command…}; make the one that is named, with its key':
    '{command…}\n# 名前の挙がっているものを、そのキーとともに作る',
  '{command…}; set {setting…} in kubelet-config.yaml; {next…}; then make its pods again':
    '{command…}\n# kubelet-config.yamlに{setting…}を設定する\n{next…}\n# そのPodを作り直す',
  '{command…}; the kubelet has not been given the object by its API server yet, and tries again':
    '{command…}\n# kubeletはAPIサーバーからまだオブジェクトを受け取っておらず、再試行を続けている',
  '{command…}; then name an image that can be pulled in probe.image of inventory.yaml':
    '{command…}\n# inventory.yamlのprobe.imageに、取得できるイメージを指定する',
  '{command…}; let it name the certificate that the other API servers have; then systemctl restart kube-apiserver':
    '{command…}\n# ほかのAPIサーバーと同じ証明書を指定し、そのあと kube-apiserver を再起動する\nsystemctl restart kube-apiserver',
  '{command…}; name an image that the workers can pull, and that fits this Kubernetes':
    '{command…}\n# ワーカーが取得でき、このKubernetesに合うイメージを指定する',
  '{command…}; take {address} out of it': '{command…}\n# そこから{address}を取り除く',
  '{command…}; correct what the volume {volume} names':
    '{command…}\n# ボリューム{volume}の参照先を直す',
  '{command…}; let the volume {volume} name a ConfigMap and keys that are there':
    '{command…}\n# ボリューム{volume}に、存在するConfigMapとキーを指定する',
  '{command…}; let it have the key {key}, with the Corefile as its text':
    '{command…}\n# キー{key}を追加し、Corefileの内容を入れる',
  '{command…}; let its containers have {content…}': '{command…}\n# コンテナに{content…}を設定する',
  '{command…}; let its securityContext allow what is refused':
    '{command…}\n# 拒否されている操作をsecurityContextで許可する',
  '{command…}; let its securityContext allow what is refused: {file}':
    '{command…}\n# 拒否されている操作をsecurityContextで許可する: {file}',
  '{command…}; let image be one for the processors of these nodes':
    '{command…}\n# このノードのCPUアーキテクチャに合うイメージを指定する',
  '{command…}; let its command, args and volumes lead to {file}':
    '{command…}\n# command、args、volumesで{file}を参照できるようにする',
  "{command…}; let args -conf, mountPath and the volume's items lead to the same file as {file}":
    '{command…}\n# 引数-conf、mountPath、ボリュームのitemsが{file}を指すようにする',
  '{command…}; then correct what its last lines name':
    '{command…}\n# 最後の数行に出ているものを直す',
  '{command…}; then have its containers restarted one after the other':
    '{command…}\n# そのコンテナを1つずつ再起動する',
  'set {setting…} in kubelet-config.yaml; {command…}':
    '# kubelet-config.yamlに{setting…}を設定する\n{command…}',
  'systemctl restart kubelet; then make its pods again':
    'systemctl restart kubelet\n# そのあと、Podを作り直す',

  // The API
  '{command…}; then start it with --advertise-address= and the address of its controller':
    '{command…}\n# --advertise-address=にコントローラーのアドレスを指定して起動し直す',
  '{command…}; then issue it again with {address…} and restart kube-apiserver':
    '{command…}\n# {address…}を含めて発行し直し、kube-apiserverを再起動する',
  '{command…}; let a rule name {resource} of API group {group} with list and watch':
    '{command…}\n# APIグループ{group}の{resource}に、listとwatchを許可するルールを書く',
  "{command…}; let it name a certificate of {user}, issued by the cluster's authority; systemctl restart kube-proxy":
    '{command…}\n# クラスターの認証局が発行した{user}の証明書を指定する\nsystemctl restart kube-proxy',
  '{command…}; then add it to /etc/hosts, or start kube-apiserver with --kubelet-preferred-address-types=InternalIP':
    '{command…}\n# /etc/hostsに追加するか、--kubelet-preferred-address-types=InternalIPを付けてkube-apiserverを起動する',
  '{command…}; then kubectl certificate approve those that are pending, or issue new certificates for name and address of each worker':
    '{command…}\n# 保留中のものをkubectl certificate approveで承認するか、各ワーカーの名前とアドレスで証明書を発行し直す',

  // The Corefile
  '{command…}; correct line {line} of what it has for {file}; then {next…}':
    '{command…}\n# そこにある{file}の{line}行目を直す\n{next…}',
  '{command…}; correct line {line} of {file} in the ConfigMap that is mounted there; then {next…}':
    '{command…}\n# そこにマウントされているConfigMapで、{file}の{line}行目を直す\n{next…}',
  '{command…}; the server blocks in its lines {lines…} both serve {zone}: write the plugins of the last one into the first, and take the last one out; then {next…}':
    '{command…}\n# {lines…}行目のサーバーブロックがどちらも{zone}を担当している。最後のブロックのプラグインを最初のブロックに移し、最後のブロックを消す\n{next…}',
  '{command…}; leave one server block for {zone}; then {next…}':
    '{command…}\n# {zone}のサーバーブロックを1つだけ残す\n{next…}',
  '{command…}; correct that line; then {next…}': '{command…}\n# その行を直す\n{next…}',
  '{command…}; write one more closing brace in a line of its own, behind line {line}; then {next…}':
    '{command…}\n# {line}行目の次に、閉じ括弧（波括弧）だけの行を追加する\n{next…}',
  '{command…}; write one more closing brace in a line of its own, behind line {line}; CoreDNS loads it within two minutes':
    '{command…}\n# {line}行目の次に、閉じ括弧（波括弧）だけの行を追加する。CoreDNSは2分以内に読み込む',
  '{command…}; write one more closing brace in a line of its own, before line {line}; then {next…}':
    '{command…}\n# {line}行目の前に、閉じ括弧（波括弧）だけの行を追加する\n{next…}',
  '{command…}; write one more closing brace in a line of its own, before line {line}; CoreDNS loads it within two minutes':
    '{command…}\n# {line}行目の前に、閉じ括弧（波括弧）だけの行を追加する。CoreDNSは2分以内に読み込む',
  '{command…}; let its line {line} end with an opening brace; then {next…}':
    '{command…}\n# {line}行目の終わりに開き括弧（波括弧）を付ける\n{next…}',
  '{command…}; let its line {line} end with an opening brace; CoreDNS loads it within two minutes':
    '{command…}\n# {line}行目の終わりに開き括弧（波括弧）を付ける。CoreDNSは2分以内に読み込む',
  '{command…}; let its plugin hosts have the option fallthrough, behind all others; then {next…}':
    '{command…}\n# プラグインhostsの最後に、オプションfallthroughを付ける\n{next…}',
  '{command…}; let its plugin template answer NOERROR; then {next…}':
    '{command…}\n# プラグインtemplateにNOERRORを返させる\n{next…}',
  '{command…}; let its plugin {plugin} leave names of the cluster alone; then {next…}':
    '{command…}\n# プラグイン{plugin}の対象からクラスターの名前を外す\n{next…}',
  '{command…}; correct {place}': '{command…}\n# {place}を直す',
  '{command…}; correct what the plugin {plugin} is given':
    '{command…}\n# プラグイン{plugin}に渡している値を直す',
  '{command…}; correct what the line names; CoreDNS loads it within two minutes':
    '{command…}\n# その行に出ているものを直す。CoreDNSは2分以内に読み込む',
  '{command…}; leave that port in one server block whose header has one zone; then {next…}':
    '{command…}\n# そのポートを、ゾーンが1つのサーバーブロック1つだけに残す\n{next…}',
  '{command…}; leave the plugin {plugin} in one server block whose header has one zone; then {next…}':
    '{command…}\n# プラグイン{plugin}を、ゾーンが1つのサーバーブロック1つだけに残す\n{next…}',
  '{command…}; in its line {line}, {text…}, write a server that the workers reach in place of {what…}; then {next…}':
    '{command…}\n# {line}行目（{text…}）で、{what…}の代わりに、ワーカーから届くサーバーを書く\n{next…}',
  '{command…}; write a server that the workers reach in place of {what…}; then {next…}':
    '{command…}\n# {what…}の代わりに、ワーカーから届くサーバーを書く\n{next…}',
  'what it names': '今のサーバー',
  '{file}, which has {address} for them': '{file}（その中は{address}）',
  '{command…}; let forward name a server outside the cluster, or take the line out':
    '{command…}\n# forwardにクラスターの外のサーバーを指定するか、その行を消す',
  '{command…}; let {plugin} name an address; then {next…}':
    '{command…}\n# {plugin}にアドレスを指定する\n{next…}',
  '{command…}; let {plugin} name an address, or let resolvConf of the kubelet on {host…} name a file with servers, such as {file}; then {next…}':
    '{command…}\n# {plugin}にアドレスを指定するか、{host…}のkubeletのresolvConfにサーバーの書かれたファイル（{file}など）を指定する\n{next…}',
  'its worker': 'そのワーカー',
  '{command…}; let it have the line {line…}': '{command…}\n# 次の行を追加する: {line…}',
  '{command…}; let the line read {line…}': '{command…}\n# その行を次のようにする: {line…}',
  '{command…}; take the line namespaces out': '{command…}\n# namespacesの行を消す',

  // The Service
  'name an address of {range} in the manifest, and in clusterDNS of every kubelet':
    'マニフェストとすべてのkubeletのclusterDNSに、{range}のアドレスを指定する',
  '{command…}; let its ports have 53 for {protocols…}':
    '{command…}\n# portsに{protocols…}の53を追加する',
  '{command…}; let its selector be {labels…}': '{command…}\n# selectorを{labels…}にする',
  '{command…}; let the manifest have the .{field} that is there: {object} may serve, and to make it again is an outage':
    '{command…}\n# マニフェストを今ある.{field}に合わせる。{object}は使われている可能性があり、作り直すと停止する',
  '{command…}; have whoever it belongs to make it again without this clusterIP; then {next…}':
    '{command…}\n# 所有者に、このclusterIPなしで作り直してもらう\n{next…}',
  "{command…}; leave DNS to it, as it works without the chapter's, or give kube-dns another address, in the manifest and in clusterDNS of every kubelet":
    '{command…}\n# この章のものがなくてもDNSは動いているので、そのまま任せる。または、マニフェストとすべてのkubeletのclusterDNSで、kube-dnsに別のアドレスを割り当てる',
  '{command…}; have whoever it belongs to move it, or give kube-dns another address, in the manifest and in clusterDNS of every kubelet':
    '{command…}\n# 所有者に移してもらう。または、マニフェストとすべてのkubeletのclusterDNSで、kube-dnsに別のアドレスを割り当てる',

  // Networks
  '{command…}; of these files the first is the one that is used: let it have a podCIDR of its own on each worker; then {next…}':
    '{command…}\n# 使われるのは最初のファイルである。ワーカーごとに固有のpodCIDRを書く\n{next…}',
  "{command…}; the file that sorts first is the one that is used: move it away where it is somebody else's, or let it have {range}; then {next…}":
    '{command…}\n# 使われるのは並び順で最初のファイルである。ほかのプログラムのものなら退避し、そうでなければ{range}を書く\n{next…}',
  'set {setting…} in {file}; {next…}; then make its pods again':
    '# {file}に{setting…}を設定する\n{next…}\n# そのPodを作り直す',
  '{command…}; set {setting…} in {file} of each worker, or what the way takes; then make its pods again':
    '{command…}\n# 各ワーカーの{file}に{setting…}、または経路が通す大きさを設定し、Podを作り直す',
  '{command…}; let it name the podCIDR of this worker':
    '{command…}\n# このワーカーのpodCIDRを指定する',
  '{command…}; then start the kubelet with --node-ip= and the address by which the others reach it':
    '{command…}\n# --node-ip=にほかのノードから届くアドレスを指定して、kubeletを起動する',
  '{command…}; give the pods a range that no network here uses, or the node another --node-ip':
    '{command…}\n# Podにどのネットワークも使っていない範囲を割り当てるか、ノードに別の--node-ipを指定する',
  '{command…}; give the Services a range that no network here uses, or the node another --node-ip':
    '{command…}\n# Serviceにどのネットワークも使っていない範囲を割り当てるか、ノードに別の--node-ipを指定する',
}
