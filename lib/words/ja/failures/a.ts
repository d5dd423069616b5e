import type { Phrases } from '../../say.ts'

/** A. Pods do not start: what failures are called, what is seen of them, how they are proven and cured. */
export const FAILURES_A: Phrases = {
  'Pods do not start: Nobody answers yet: a pod is not created, gets no node, or its containers do not run.':
    'Podが起動しない: まだ誰も応答していない。Podが作成されないか、ノードが決まらないか、コンテナが動いていない。',

  // A1
  'Sandbox image not available': 'サンドボックスイメージがない',
  'Pods of a worker stay in ContainerCreating.': 'ワーカーのPodがContainerCreatingのまま進まない。',
  'The event FailedCreatePodSandBox names the sandbox image that could not be pulled.':
    'イベントFailedCreatePodSandBoxに、取得できなかったサンドボックスイメージの名前が出る。',
  'Let the worker reach the image’s registry, import it, or name another sandbox image.':
    'ワーカーからイメージのレジストリに届くようにするか、イメージを取り込むか、別のサンドボックスイメージを指定する。',

  // A2
  'containerd not running': 'containerdが動いていない',
  'New pods of a worker stay in ContainerCreating; soon its node is NotReady.':
    'ワーカーの新しいPodがContainerCreatingのまま進まず、やがてノードがNotReadyになる。',
  'The host lacks the process containerd.': 'ホストにcontainerdのプロセスがない。',
  'Start containerd; its log says why it had ended.':
    'containerdを起動する。終了した理由はログに残っている。',

  // A3
  'CNI plugin missing': 'CNIプラグインがない',
  'The event FailedCreatePodSandBox names a plugin that is not in its folder.':
    'イベントFailedCreatePodSandBoxに、フォルダーにないプラグインの名前が出る。',
  'Unpack the CNI plugins into that folder on the worker.':
    'CNIプラグインをワーカーのそのフォルダーに展開する。',

  // A4
  'Bridge keeps an old address': 'ブリッジに古いアドレスが残っている',
  'After a worker’s podCIDR was changed, its new pods stay in ContainerCreating.':
    'ワーカーのpodCIDRを変更したあと、新しいPodがContainerCreatingのまま進まない。',
  'The event FailedCreatePodSandBox says that the bridge has an address of another range.':
    'イベントFailedCreatePodSandBoxに、ブリッジが別の範囲のアドレスを持っていると出る。',
  'Delete the bridge on that worker and restart containerd and the kubelet; the plugin makes it again.':
    'そのワーカーでブリッジを削除し、containerdとkubeletを再起動する。ブリッジはプラグインが作り直す。',

  // A5
  'Pod addresses used up': 'Podのアドレスを使い切った',
  'New pods of a worker stay in ContainerCreating, while old ones run.':
    'ワーカーの新しいPodがContainerCreatingのまま進まず、以前からのPodは動いている。',
  'The event FailedCreatePodSandBox says that no address of the range is free.':
    'イベントFailedCreatePodSandBoxに、範囲に空きアドレスがないと出る。',
  'Remove the files of addresses whose pods are gone, or give the worker a larger range.':
    'すでにないPodのアドレスのファイルを削除するか、ワーカーにより広い範囲を割り当てる。',

  // A6
  'Image not available': 'イメージがない',
  'Pods stay in ImagePullBackOff, ErrImagePull, InvalidImageName or ErrImageNeverPull.':
    'PodがImagePullBackOff、ErrImagePull、InvalidImageName、ErrImageNeverPullのいずれかのまま進まない。',
  'The reason and message of the waiting container.': '待機中のコンテナの理由とメッセージ。',
  'Name an image that the workers can pull, or import it.':
    'ワーカーが取得できるイメージを指定するか、イメージを取り込む。',

  // A7
  'Registry rate limit': 'レジストリの取得回数制限',
  'Pods stay in ImagePullBackOff, though the image was pulled before.':
    '以前は取得できたイメージなのに、PodがImagePullBackOffになる。',
  'The message of the waiting container has the registry’s answer `toomanyrequests`.':
    '待機中のコンテナのメッセージに、レジストリの応答`toomanyrequests`がある。',
  'Wait, log in to the registry, or use a mirror.':
    '時間をおくか、レジストリにログインするか、ミラーを使う。',

  // A8
  'Image format too old': 'イメージの形式が古すぎる',
  'Pods stay in ImagePullBackOff with a new containerd (2.1 or later).':
    '新しいcontainerd（2.1以降）でPodがImagePullBackOffになる。',
  'The message of the waiting container: containerd no longer supports the format.':
    '待機中のコンテナのメッセージに、containerdがこの形式をもうサポートしないと出る。',
  'Name a newer build of the image.': 'より新しくビルドされたイメージを指定する。',

  // A9
  'Node selector matches no node': 'nodeSelectorに合うノードがない',
  'Pods stay Pending: "didn’t match node selector".':
    'PodがPendingのまま進まない:「didn’t match node selector」。',
  'No node has a label that the pod’s nodeSelector asks for.':
    'PodのnodeSelectorが求めるラベルを持つノードがない。',
  'Label the nodes, or correct the nodeSelector.': 'ノードにラベルを付けるか、nodeSelectorを直す。',

  // A10
  'Every worker tainted or cordoned': '全ワーカーがtaint付きまたはcordon済み',
  'Pods stay Pending: "had untolerated taint" or "were unschedulable".':
    'PodがPendingのまま進まない:「had untolerated taint」または「were unschedulable」。',
  'Each node has a taint that the pods do not tolerate.':
    'すべてのノードに、Podが許容（tolerate）しないtaintがある。',
  'Take the taint off, uncordon the workers, or let the pods tolerate it.':
    'taintを外すか、ワーカーをuncordonするか、Podにtolerationを付ける。',

  // A11
  'Not enough resources': 'リソース不足',
  'Pods stay Pending with "Insufficient cpu", or are not created because of a quota.':
    'Podが「Insufficient cpu」でPendingのまま進まない。またはクォータのために作成されない。',
  'The scheduler’s message, or the ReplicaSet’s condition ReplicaFailure.':
    'スケジューラーのメッセージ、またはReplicaSetのコンディションReplicaFailure。',
  'Make room on the workers or in the quota, or lower the pods’ requests.':
    'ワーカーまたはクォータに空きを作るか、Podのrequestsを下げる。',

  // A12
  'Priority class missing': 'PriorityClassがない',
  'The Deployment of CoreDNS has no pods.': 'CoreDNSのDeploymentにPodがない。',
  'The ReplicaSet’s condition ReplicaFailure names a PriorityClass that was not found.':
    'ReplicaSetのコンディションReplicaFailureに、見つからないPriorityClassの名前が出る。',
  'Use a priority class that exists, such as `system-cluster-critical`.':
    '`system-cluster-critical`など、存在するPriorityClassを使う。',

  // A13
  'No controller manager or scheduler': 'コントローラーマネージャーまたはスケジューラーがない',
  'The Deployment coredns has no pods, or its pods stay Pending without any event.':
    'DeploymentのcorednsにPodがない。またはPodがイベントもなくPendingのまま進まない。',
  'No controller has the process kube-controller-manager, or none kube-scheduler.':
    'どのコントローラーにもkube-controller-managerのプロセスがない。またはkube-schedulerのプロセスがない。',
  'Start it on the controllers; its log says why it had ended.':
    'コントローラーで起動する。終了した理由はログに残っている。',

  // A14
  'Service account missing': 'サービスアカウントがない',
  'The ReplicaSet’s condition ReplicaFailure names the account, which is not there.':
    'ReplicaSetのコンディションReplicaFailureに、存在しないサービスアカウントの名前が出る。',
  'Apply the whole manifest: the service account is one of its objects.':
    'マニフェスト全体を適用する。サービスアカウントもその1つである。',

  // A15
  'Configuration missing': '設定がない',
  'Pods stay in ContainerCreating or CreateContainerConfigError.':
    'PodがContainerCreatingまたはCreateContainerConfigErrorのまま進まない。',
  'The ConfigMap has no Corefile or an empty one, or a container waits for one that is not there.':
    'ConfigMapにCorefileがないか空である。またはコンテナが存在しないConfigMapを待っている。',
  'Apply the whole manifest: the ConfigMap is one of its objects.':
    'マニフェスト全体を適用する。ConfigMapもその1つである。',

  // A16
  'Port 53 not permitted': 'ポート53が許可されていない',
  'CoreDNS pods are in CrashLoopBackOff.': 'CoreDNSのPodがCrashLoopBackOffになる。',
  'The last line of its log is `bind: permission denied`.':
    'ログの最後の行が`bind: permission denied`である。',
  'Give the container the capability NET_BIND_SERVICE.':
    'コンテナにケーパビリティNET_BIND_SERVICEを与える。',

  // A17
  'Refused by Pod Security': 'Pod Securityによる拒否',
  'The ReplicaSet’s condition ReplicaFailure names the PodSecurity level violated.':
    'ReplicaSetのコンディションReplicaFailureに、違反したPodSecurityのレベルが出る。',
  'Take the level off its namespace, or make the pods comply with it.':
    '名前空間からそのレベルを外すか、Podをそのレベルに適合させる。',

  // A18
  'Port in use': 'ポートが使用中',
  'The last line of its log is `bind: address already in use`.':
    'ログの最後の行が`bind: address already in use`である。',
  'On the host’s network free the port; else let only one zone of the Corefile have that plugin.':
    'ホストネットワークの場合はポートを空ける。それ以外の場合は、Corefileでそのプラグインを使うゾーンを1つだけにする。',

  // A19
  'Killed for its memory': 'メモリ不足による強制終了',
  'CoreDNS restarts again and again; its containers end with OOMKilled.':
    'CoreDNSが再起動を繰り返し、コンテナがOOMKilledで終わる。',
  'The container’s last state: OOMKilled, at its memory limit.':
    'コンテナの直前の状態が、メモリ制限に達したOOMKilledである。',
  'Raise the memory limit.': 'メモリ制限を引き上げる。',

  // A20
  'Liveness probe fails': 'Liveness Probeの失敗',
  'CoreDNS restarts again and again, though it writes no error.':
    'エラーを出していないのに、CoreDNSが再起動を繰り返す。',
  'It restarts, and the kubelet warns that its liveness probe failed.':
    '再起動があり、kubeletがLiveness Probeの失敗を警告している。',
  'Let the host reach its own pods, and give it processor time for them.':
    'ホストから自分のPodに届くようにし、Podのための処理能力を確保する。',

  // A21
  'Ends at its start': '起動直後の終了',
  'CoreDNS pods are in CrashLoopBackOff or RunContainerError.':
    'CoreDNSのPodがCrashLoopBackOffまたはRunContainerErrorになる。',
  'The last line of its log that is an error, or the container runtime’s own words.':
    'ログの最後のエラー行、またはコンテナランタイム自身のメッセージ。',
  'What that line names: a file, a plugin of the Corefile, an address or a permission.':
    'その行に出ているもの（ファイル、Corefileのプラグイン、アドレス、権限）を直す。',

  // A22
  'Volume not mounted': 'ボリュームをマウントできない',
  'Pods stay in ContainerCreating.': 'PodがContainerCreatingのまま進まない。',
  'The event FailedMount names the volume, and why it cannot be mounted.':
    'イベントFailedMountに、ボリュームの名前とマウントできない理由が出る。',
  'Make what the volume names: a ConfigMap, a key in it, a Secret.':
    'ボリュームが参照するもの（ConfigMap、その中のキー、Secret）を作成する。',

  // A23
  'Sandbox not made': 'サンドボックスを作れない',
  'The event FailedCreatePodSandBox, in the words of containerd or a CNI plugin.':
    'イベントFailedCreatePodSandBoxに、containerdまたはCNIプラグインのメッセージが出る。',
  'What these words name: a plugin, its configuration, an address or a file.':
    'メッセージに出ているもの（プラグイン、その設定、アドレス、ファイル）を直す。',

  // A24
  'CoreDNS not deployed': 'CoreDNSがデプロイされていない',
  'No pod of CoreDNS is there, and nothing that would make one.':
    'CoreDNSのPodがなく、それを作るものもない。',
  'No Service, Deployment or DaemonSet of cluster DNS was found, by its address or labels.':
    'アドレスで探してもラベルで探しても、クラスターDNSのService、Deployment、DaemonSetが見つからない。',
  'Apply the manifest.': 'マニフェストを適用する。',

  // A25
  'CoreDNS scaled to nothing': 'CoreDNSのレプリカ数が0',
  'Every lookup is refused or times out; no pod of CoreDNS is there, and none is missing.':
    'どの名前解決も拒否されるかタイムアウトする。CoreDNSのPodはなく、不足しているとも表示されない。',
  'The Deployment has 0 replicas.': 'Deploymentのreplicasが0である。',
  'Scale it up; where an autoscaler has done it, correct that.':
    'レプリカ数を増やす。オートスケーラーによるものなら、その設定を直す。',

  // A26
  'Too little processor time': 'CPU時間の不足',
  'CoreDNS runs, and answers late or never; its probes time out, and it is started again and again.':
    'CoreDNSは動いているが、応答が遅いか、ない。プローブがタイムアウトし、再起動を繰り返す。',
  'The container has a CPU limit of 50m or less, and is not ready, or answers no worker.':
    'コンテナのCPUの上限が50m以下で、Readyでないか、どのワーカーにも応答しない。',
  'Raise the CPU limit, or take it off.': 'CPUの上限を引き上げるか、なくす。',

  // A27
  'Rollout paused': 'ロールアウトの一時停止',
  'CoreDNS was changed, and its old pods go on as before; `rollout restart` is refused.':
    'CoreDNSを変更したのに、古いPodがそのまま動き続ける。`rollout restart`は拒否される。',
  'The Deployment has spec.paused, and its pods are not of its present template.':
    'Deploymentのspec.pausedがtrueで、Podが現在のテンプレートのものではない。',
  'Resume the rollout of the Deployment.': 'Deploymentのロールアウトを再開する。',
}
