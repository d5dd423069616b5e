import type { Phrases } from '../say.ts'

/** What steps wait for, and what they have proven. */
export const PROOFS: Phrases = {
  'a running busybox pod': '動いているbusyboxのPod',
  'a running DNS probe on every worker': '全ワーカーで動いているDNSプローブ',
  'a running probe on every node': '全ノードで動いているプローブ',
  'the cluster DNS': 'クラスターDNS',
  'ready DNS servers': 'ReadyなDNSサーバー',
  'DNS from every node': '全ノードからのDNS',
  'DNS from every worker': '全ワーカーからのDNS',
  '{count} ready API servers': 'ReadyなAPIサーバー{count}台',
  'containerd on {count} workers': 'ワーカー{count}台のcontainerd',
  'healthy controller managers and schedulers': '正常なコントローラーマネージャーとスケジューラー',
  '{count} ready nodes': 'Readyなノード{count}台',
  '{count} healthy etcd members': '正常なetcdメンバー{count}つ',
  'CoreDNS pods': 'CoreDNSのPod',
  'the answer for kubernetes': 'kubernetesの応答',
  'the resolv.conf of pod busybox': 'Pod busyboxのresolv.conf',
  'one pod with the label run=busybox': 'ラベルrun=busyboxのPod1つ',
  'the endpoints of kubernetes': 'kubernetesのエンドポイント',
  'the Service kubernetes': 'Service kubernetes',

  '{proof…} (begun by an earlier run)': '{proof…}（以前の実行で開始）',
  'Linux, root, {count} processors, {memory…} of memory, {network} is free':
    'Linux、root、CPU{count}個、メモリ{memory…}、{network}は空き',
  '{count} API servers ready': 'APIサーバー{count}台がReady',
  '{count} members healthy': 'メンバー{count}つが正常',
  '{count} healthy': '{count}個が正常',
  '{count} runtimes answer': 'ランタイム{count}個が応答',
  '{count} objects live as wanted': 'オブジェクト{count}個が期待どおり',
  '{count} objects live as wanted, but for {fields…}':
    'オブジェクト{count}個が期待どおり（例外: {fields…}）',
  'already there, sha256 {sum}': '配置済み、sha256 {sum}',
  '{address}, the first of {range}': '{address}（{range}の先頭）',
  '{name} is {address}, says {server}': '{server}の応答: {name}は{address}',
  '{endpoints…}, all good for {address}': '{endpoints…}（証明書はすべて{address}に対して有効）',
  '{workers} workers, {servers} servers, UDP and TCP: {answered} of {asked} answered, p99 {time…}; {names} names as expected':
    'ワーカー{workers}台、サーバー{servers}台、UDPとTCP: {asked}回中{answered}回応答、p99 {time…}。名前{names}個が期待どおり',
  '{workers} workers, {servers} servers, UDP and TCP: {answered} of {asked} answered; {names} names as expected':
    'ワーカー{workers}台、サーバー{servers}台、UDPとTCP: {asked}回中{answered}回応答。名前{names}個が期待どおり',
  'one on each of {nodes…}': '{nodes…}に1つずつ',
}
