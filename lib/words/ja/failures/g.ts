import type { Phrases } from '../../say.ts'

/** G. The way to look: what failures are called, what is seen of them, how they are proven and cured. */
export const FAILURES_G: Phrases = {
  'The way to look: exec, logs and port-forward fail, and everything else is diagnosed through them.':
    '調べるための手段: exec、logs、port-forwardが失敗する。ほかのすべての診断はこれらを使う。',

  // G1
  'Kubelets refuse the API server': 'kubeletがAPIサーバーを拒否する',
  '`kubectl exec` and `kubectl logs` fail with Forbidden; everything else works.':
    '`kubectl exec`と`kubectl logs`がForbiddenで失敗し、それ以外は動く。',
  'The refusal itself, which names the user that the API server authenticates as.':
    '拒否メッセージに、APIサーバーの認証ユーザーの名前が出る。',
  'Bind that user to the ClusterRole `system:kubelet-api-admin`.':
    'そのユーザーをClusterRole `system:kubelet-api-admin`にバインドする。',

  // G2
  'Node name not resolvable': 'ノード名を解決できない',
  '`kubectl exec` and `kubectl logs` fail with "no such host" for the name of a node.':
    '`kubectl exec`と`kubectl logs`が、ノード名に対する「no such host」で失敗する。',
  'The failed lookup of the node’s name, in the words of the API server.':
    'APIサーバーのメッセージに、ノード名の名前解決の失敗が出る。',
  'Put the nodes into /etc/hosts of each controller, or let kube-apiserver prefer InternalIP.':
    '各コントローラーの/etc/hostsにノードを書くか、kube-apiserverにInternalIPを優先させる。',

  // G3
  'kubelet not running': 'kubeletが動いていない',
  'A node is NotReady; exec, logs and port-forward fail there, and no pod starts.':
    'ノードがNotReadyになり、そこではexec、logs、port-forwardが失敗し、Podも起動しない。',
  'The host lacks the process kubelet; elsewhere the node stopped posting its status.':
    'ホストにkubeletのプロセスがない。ホストを見られない場合は、ノードの状態の報告が止まっている。',
  'Start the kubelet; its log says why it had ended.':
    'kubeletを起動する。終了した理由はログに残っている。',

  // G4
  'Kubelet certificate not accepted': 'kubeletの証明書が受け入れられない',
  '`kubectl exec` and `kubectl logs` fail with a TLS or x509 error on port 10250.':
    '`kubectl exec`と`kubectl logs`が、ポート10250のTLSまたはx509のエラーで失敗する。',
  'The TLS error itself, as the API server reports it.':
    'APIサーバーが報告するTLSのエラーそのもの。',
  'Approve the kubelets’ pending certificate requests, or issue their certificates again.':
    'kubeletの保留中の証明書要求を承認するか、証明書を発行し直す。',

  // G5
  'socat not installed': 'socatがない',
  '`kubectl port-forward` fails although the pod runs; DNS itself may be fine.':
    'Podは動いているのに`kubectl port-forward`が失敗する。DNS自体は正常なこともある。',
  'The container runtime’s message that it does not find `socat`.':
    '`socat`が見つからないという、コンテナランタイムのメッセージ。',
  'Install `socat` on every worker.': 'すべてのワーカーに`socat`をインストールする。',

  // G6
  'Kubelet port not reachable': 'kubeletのポートに届かない',
  '`kubectl exec`, `logs` and `port-forward` fail for the pods of one node.':
    '1つのノードのPodについて、`kubectl exec`、`logs`、`port-forward`が失敗する。',
  'The error of the API server that names the kubelet’s address and port 10250.':
    'kubeletのアドレスとポート10250が出ている、APIサーバーのエラー。',
  'Let the kubelet listen there, and let no filter keep the controllers from it.':
    'kubeletがそこで待ち受けるようにし、コントローラーからの通信をフィルターで止めないようにする。',

  // G7
  'Node not ready': 'ノードがReadyでない',
  'A node is NotReady though its kubelet runs; no new pod gets there.':
    'kubeletは動いているのにノードがNotReadyで、新しいPodが配置されない。',
  'The message of the node’s condition Ready.': 'ノードのコンディションReadyのメッセージ。',
  'Do what the message says; a container runtime that knows no network is restarted.':
    'メッセージに従って対処する。ネットワーク設定を認識していないコンテナランタイムは再起動する。',

  // G8
  'No inotify instance left': 'inotifyインスタンスの枯渇',
  'A kubelet or another program ends again as soon as it is started.':
    'kubeletなどのプログラムが、起動してもすぐに終了する。',
  'Its log ends with `inotify_init: too many open files`.':
    'ログが`inotify_init: too many open files`で終わっている。',
  'Raise fs.inotify.max_user_instances, then start the program.':
    'fs.inotify.max_user_instancesを引き上げてから、プログラムを起動する。',

  // G9
  'Daemon hangs': 'デーモンが固まっている',
  'A daemon is running, but requests to it never get an answer.':
    'デーモンは動いているのに、リクエストへの応答がいつまでも返らない。',
  'Its port takes connections, and no TLS greeting comes back.':
    'ポートは接続を受け付けるが、TLSのハンドシェイクが返ってこない。',
  'Restart it; /proc/PID/stack shows what its process was waiting for.':
    'デーモンを再起動する。プロセスが何を待っていたかは/proc/PID/stackでわかる。',

  // G10
  'kubelet asks no API server': 'kubeletの接続先にAPIサーバーがない',
  'A node is NotReady though its kubelet runs; pods there neither come nor go.':
    'kubeletは動いているのにノードがNotReadyになり、そこではPodが作られも消されもしない。',
  'Its log says again and again that nothing answers at the address of its kubeconfig.':
    'kubeletのログに、kubeconfigのアドレスから応答がないと繰り返し残る。',
  'Let its kubeconfig name the address of an API server, and restart the kubelet.':
    'kubeconfigにAPIサーバーのアドレスを書き、kubeletを再起動する。',
}
