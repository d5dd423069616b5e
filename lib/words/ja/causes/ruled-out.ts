import type { Phrases } from '../../say.ts'

/** What a failure is not. */
export const RULED_OUT: Phrases = {
  'every pod has a node': 'すべてのPodにノードが割り当てられている',
  'the schedulers run': 'スケジューラーは動いている',
  'no container was killed for its memory': 'メモリ不足で強制終了されたコンテナはない',
  'containerd runs': 'containerdは動いている',
  'every container has its image': 'すべてのコンテナのイメージがある',
  'the kubelets run': 'kubeletは動いている',
  'every node is ready': 'すべてのノードがReady',
  'the Service kubernetes leads to {addresses…}': 'Service kubernetesの先は{addresses…}',
  'the API server answers': 'APIサーバーは応答している',
  'all {count} API servers answer': '{count}台のAPIサーバーはすべて応答している',
  "the API servers' certificates are good for {address…}":
    'APIサーバーの証明書は{address…}に対して有効',
  'all API servers know the key of service account tokens':
    'すべてのAPIサーバーがサービスアカウントトークンの鍵を持っている',
  'the role of CoreDNS allows all that it reads': 'CoreDNSのロールに必要な読み取り権限が揃っている',
  'CoreDNS finds no loop': 'CoreDNSはループを検出していない',
  'CoreDNS understands its Corefile': 'CoreDNSはCorefileを解釈できている',
  'the Corefile serves {domain}': 'Corefileは{domain}を扱っている',
  'the HINFO error in the log of CoreDNS is its own test for loops, once at its start, and harmless':
    'CoreDNSのログにあるHINFOエラーは、起動時に一度だけ行うループ検査によるもので無害',
  '{service} has {address}': '{service}のアドレスは{address}',
  'no filter of a worker drops packets, in any table':
    'ワーカーのどのテーブルにも、パケットを破棄するフィルターはない',
  'no table of iptables drops packets on a worker (those of {tools…} could not be read)':
    'ワーカーのiptablesのテーブルに、パケットを破棄するものはない（{tools…}は読めなかった）',
  'networkpolicy {names…}: the bridge plugin enforces none':
    'NetworkPolicy {names…}: bridgeプラグインは適用しない',
  '{service} leads to {addresses…}': '{service}の先は{addresses…}',
  'kube-proxy runs on every worker': 'kube-proxyはすべてのワーカーで動いている',
  'every kube-proxy reads the Services': 'すべてのkube-proxyがServiceを読めている',
  'each server that {name} leads to answers': '{name}のつながる先はすべて応答する',
  'bridged packets pass kube-proxy': 'ブリッジを通るパケットはkube-proxyのルールを通っている',
  'every worker hands out a range of its own': '各ワーカーが配る範囲は重なっていない',
  "every host has the routes to the other workers' pods":
    'すべてのホストに、ほかのワーカーのPodへの経路がある',
  'every worker forwards packets': 'すべてのワーカーがパケットを転送している',
  'every node has an address of its own': 'ノードのアドレスは重なっていない',
  'the kubelets tell pods to ask {address}': 'kubeletがPodに指定しているDNSは{address}',
  '{some} of {all} kubelets tell pods to ask {address}':
    '{all}台中{some}台のkubeletがPodに指定しているDNSは{address}',
  'every etcd runs': 'すべてのetcdが動いている',
}
