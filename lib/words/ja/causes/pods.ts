import type { Phrases } from '../../say.ts'

/** Why pods do not start, as failures of the families A and G have it. */
export const CAUSES_OF_PODS: Phrases = {
  // Programs of hosts
  '{program…} on {host} does not run, so {so…}': '{host}の{program…}が動いていないため、{so…}',
  '{program} on {host} runs and does not answer, so {so…}':
    '{host}の{program}は動いていますが応答しないため、{so…}',
  'requests to the API servers wait for it, until these give it up':
    'APIサーバーへのリクエストが、APIサーバーがこれを見限るまで待たされます',
  'nothing is made or replaced until another one leads':
    '別のリーダーが選ばれるまで、何も作成・置換されません',
  'no pod gets a node until another one leads':
    '別のリーダーが選ばれるまで、Podにノードが割り当てられません',
  'no {program} runs, so {so…}': '{program}がどこでも動いていないため、{so…}',
  'the kubelet': 'kubelet',
  'the API server': 'APIサーバー',
  'its kubelet can start no pod': 'kubeletがPodを起動できません',
  'nothing there is started, probed or reached by exec and logs':
    'そこでは何も起動されず、プローブもされず、execとlogsも届きません',
  'Services lead where they led when it ended': 'Serviceの宛先が終了した時点のままです',
  'no pod is made for a Deployment': 'DeploymentのPodが作成されません',
  'no pod gets a node': 'Podにノードが割り当てられません',
  'the kubelet on {host} runs, and does not reach the API server, or hangs':
    '{host}のkubeletは動いていますが、APIサーバーに届かないか、固まっています',
  'the kubelet on {host} does not run, or cannot reach the API server':
    '{host}のkubeletが動いていないか、APIサーバーに届きません',
  '{program} on {host} has ended, as no inotify instance is left: fs.inotify.max_user_instances is used up':
    'inotifyインスタンスが残っていないため、{host}の{program}が終了しました: fs.inotify.max_user_instancesを使い切っています',
  'the node {node} is not ready: {why…}': 'ノード{node}がReadyではありません: {why…}',
  'the node {node} is not ready: its container runtime finds no CNI configuration':
    'ノード{node}がReadyではありません: コンテナランタイムがCNI設定を見つけられません',
  'the node {node} is not ready: its container runtime has not read a CNI configuration':
    'ノード{node}がReadyではありません: コンテナランタイムがCNI設定を読み込んでいません',
  'the node {node} is not ready: its container runtime has not read a CNI configuration, though {file} is there':
    'ノード{node}がReadyではありません: {file}があるのに、コンテナランタイムがCNI設定を読み込んでいません',

  // Images
  'the image {image} is not available: {why…}': 'イメージ{image}を取得できません: {why…}',
  'the name is not one that can be pulled': '取得できる名前ではありません',
  'its registry does not have it': 'レジストリにありません',
  'it was not brought to the workers, which reach no registry':
    'ワーカーに取り込まれておらず、ワーカーからはレジストリに届きません',
  'its registry cannot be asked': 'レジストリに問い合わせできません',
  'its registry cannot be asked: {why…}': 'レジストリに問い合わせできません: {why…}',
  "the registry's rate limit is used up, so {image} cannot be pulled for a while":
    'レジストリの回数制限に達したため、{image}をしばらく取得できません',
  'the image {image} has a format so old that containerd no longer reads it':
    'イメージ{image}の形式が古く、containerdはもう読み込めません',
  'on {host} containerd cannot get the sandbox image {image}, which every pod needs':
    '{host}のcontainerdが、すべてのPodに必要なサンドボックスイメージ{image}を取得できません',

  // Where a pod can go
  'no node has the label {label} that pod {pod} asks for':
    'Pod {pod}が求めるラベル{label}を持つノードがありません',
  'no worker has enough {resource} left for pod {pod}':
    'Pod {pod}に必要な{resource}の空きがあるワーカーがありません',
  'every worker has a taint that the pods do not tolerate, as {taint} on {node}':
    'すべてのワーカーに、Podが許容しないtaintがあります（例: {node}の{taint}）',
  'the quota {quota} of {namespace} leaves no room for the pods of CoreDNS: {numbers…}':
    '{namespace}のクォータ{quota}に、CoreDNSのPodの余地がありません: {numbers…}',
  'the pods of CoreDNS ask for the priority class {name}, which is not there':
    'CoreDNSのPodが求めるPriorityClass {name}が存在しません',
  'there is no service account {name}, under which the pods of CoreDNS are to run':
    'CoreDNSのPodが使うサービスアカウント{name}が存在しません',
  '{namespace} allows only pods of the level {level}, which those of CoreDNS are not: {why…}':
    '{namespace}はレベル{level}のPodしか許可せず、CoreDNSのPodは適合しません: {why…}',
  '{workload} is paused, so what was changed of it makes no new pods':
    '{workload}が一時停止しているため、変更しても新しいPodが作られません',
  'the {key} of configmap {name} is empty, so CoreDNS serves no name of the cluster':
    'ConfigMap {name}の{key}が空なので、CoreDNSはクラスターの名前を何も扱いません',
  'configmap {name} has no {key}, so the pods of CoreDNS cannot start':
    'ConfigMap {name}に{key}がないため、CoreDNSのPodが起動できません',
  'container {name} names a configuration that is not there':
    'コンテナ{name}が、存在しない設定を参照しています',

  // Their sandboxes
  'on {host} there is no CNI plugin {plugin} in {folder}':
    '{host}の{folder}にCNIプラグイン{plugin}がありません',
  'on {host} the bridge {bridge} still has the address of another range than the {address} that is configured':
    '{host}のブリッジ{bridge}に、設定された{address}とは別の範囲のアドレスが残っています',
  'on {host} every pod address of {range} is given away':
    '{host}では、{range}のPodアドレスをすべて使い切っています',
  'on {host} the bridge plugin is to hand out no range at all':
    '{host}のbridgeプラグインに、配る範囲が設定されていません',
  'on {host} the bridge plugin is to hand out {range}, which is none':
    '{host}のbridgeプラグインに、範囲ではない{range}が設定されています',
  'on {host} there is no {file}, from which the kubelet makes the resolv.conf of pods':
    '{host}に、kubeletがPodのresolv.confの元にする{file}がありません',
  'on {host} the volume {volume} of CoreDNS or a probe cannot be mounted: {why…}':
    '{host}で、CoreDNSまたはプローブのボリューム{volume}をマウントできません: {why…}',
  'on {host} no pod can be started: {why…}': '{host}でPodを起動できません: {why…}',

  // Containers that end
  'container {name} needs more memory than its limit of {limit…} and is killed':
    'コンテナ{name}が、制限の{limit…}を超えるメモリを必要とし、強制終了されています',
  'the kubelet on {host} starts CoreDNS again and again, as nothing listens where it asks whether it lives':
    '{host}のkubeletがCoreDNSの再起動を繰り返しています。生存確認の問い合わせ先で何も待ち受けていません',
  'the kubelet on {host} starts CoreDNS again and again, as it gets no answer from it: the host does not reach its own pods, or has no processor time for them':
    '{host}のkubeletがCoreDNSの再起動を繰り返しています。生存確認に応答がありません: ホストから自分のPodに届かないか、Podに割り当てるCPU時間が足りません',
  'CoreDNS ends at its start: {words…}': 'CoreDNSが起動直後に終了します: {words…}',
  'CoreDNS may not listen on its port: {words…}':
    'CoreDNSにポートでの待ち受けが許可されていません: {words…}',
  'somebody else listens on {address} of the host already: {words…}':
    'ホストの{address}は、すでに別のプログラムが使っています: {words…}',
  'CoreDNS listens on {address} twice, which the Corefile has it do: {words…}':
    'Corefileの指定により、CoreDNSが{address}を二重に使おうとしています: {words…}',
  'CoreDNS is not deployed here: {what} is not there, and no pod, and no Service has {address}':
    'CoreDNSがデプロイされていません: {what}もPodもなく、{address}を持つServiceもありません',
  'nothing makes pods of CoreDNS: {what} is not there, and no pod; service {service} leads nowhere':
    'CoreDNSのPodを作るものがありません: {what}もPodもなく、Service {service}の先には何もありません',
  'pod {pod}, from which names are asked, is not there: whoever has deleted it, a run creates it again':
    '名前を問い合わせるためのPod {pod}がありません: 誰が削除したとしても、実行すれば作り直されます',
  'no probe is on {hosts…}, from which names are asked there: whoever has deleted it, a run creates it again':
    '{hosts…}に、そこから名前を問い合わせるためのプローブがありません: 誰が削除したとしても、実行すれば作り直されます',
  'pod {pod} has ended, so nothing can be asked from it':
    'Pod {pod}が終了しているため、そこから問い合わせできません',

  '{object} is to have 0 replicas, so no CoreDNS answers':
    '{object}のレプリカ数が0に設定されているため、応答するCoreDNSがありません',

  'container {container} may use no more than {limit} of a processor, so it does not answer in time':
    'コンテナ{container}はCPUを{limit}までしか使えないため、時間内に応答できません',
}
