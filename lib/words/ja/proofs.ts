import type { Phrases } from '../say.ts'

/** What steps wait for, what they have proven, what they have given back, and what is not known yet. */
export const PROOFS: Phrases = {
  'a running busybox pod': '動いているbusyboxのPod',
  'a running DNS probe on every worker': '全ワーカーで動いているDNSプローブ',
  'a running probe on every node': '全ノードで動いているプローブ',
  'the cluster DNS': 'クラスターDNS',
  'ready DNS servers': 'ReadyなDNSサーバー',
  'DNS from every node': '全ノードからのDNS',
  'DNS from every worker': '全ワーカーからのDNS',
  '{count} ready API server': 'ReadyなAPIサーバー{count}台',
  '{count} ready API servers': 'ReadyなAPIサーバー{count}台',
  'containerd on {count} worker': 'ワーカー{count}台のcontainerd',
  'containerd on {count} workers': 'ワーカー{count}台のcontainerd',
  'healthy controller managers and schedulers': '正常なコントローラーマネージャーとスケジューラー',
  '{count} ready node': 'Readyなノード{count}台',
  '{count} ready nodes': 'Readyなノード{count}台',
  '{count} healthy etcd member': '正常なetcdメンバー{count}つ',
  '{count} healthy etcd members': '正常なetcdメンバー{count}つ',
  'CoreDNS pods': 'CoreDNSのPod',
  'the answer for kubernetes': 'kubernetesの応答',
  'the resolv.conf of pod busybox': 'Pod busyboxのresolv.conf',
  'one pod with the label run=busybox': 'ラベルrun=busyboxのPod1つ',
  'the endpoints of kubernetes': 'kubernetesのエンドポイント',
  'the Service kubernetes': 'Service kubernetes',
  '{proof…}; BUT {pod} could not load its Corefile in the last {minutes} minutes, serves by the one before, and would not start again: {why…}':
    '{proof…}。ただし{pod}はこの{minutes}分以内にCorefileを読み込めず、以前のCorefileで応答しており、再起動すると起動しません: {why…}',
  '{proof…}; BUT {pod} could not load its Corefile, serves by the one before, and would not start again: {why…}':
    '{proof…}。ただし{pod}はCorefileを読み込めず、以前のCorefileで応答しており、再起動すると起動しません: {why…}',

  '{proof…}; {server} took {seconds} s': '{proof…}。{server}は応答に{seconds}秒かかった',
  '{proof…} (begun by an earlier run)': '{proof…}（以前の実行で開始）',
  'Linux, root, {count} processors, {memory…} of memory, {network} is free':
    'Linux、root、CPU{count}個、メモリ{memory…}、{network}は空き',
  '{count} API server ready': 'APIサーバー{count}台がReady',
  '{count} API servers ready': 'APIサーバー{count}台がReady',
  '{count} member healthy': 'メンバー{count}つが正常',
  '{count} members healthy': 'メンバー{count}つが正常',
  '{count} healthy': '{count}個が正常',
  '{count} runtime ready': 'ランタイム{count}個がReady',
  '{count} runtimes ready': 'ランタイム{count}個がReady',
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
  '{file}, sha256 {sum}': '{file}、sha256 {sum}',
  '{file}, sha256 {sum}; {remark…}': '{file}、sha256 {sum}。{remark…}',
  'the copy kept with this project, since {url} gave none ({why…})':
    '{url}から取得できないため（{why…}）、このプロジェクトに付属の控えを使用',
  '{what…} comes with the cluster': '{what…}はクラスターと一緒に作成される',
  '{kind} objects come with the cluster': '{kind}はクラスターと一緒に作成される',
  '{pod…} does not run yet': '{pod…}はまだ動いていない',

  '{what…} as it was': '{what…}を元に戻した',
  '{what…} removed': '{what…}を削除した',
  '{what…} deleted': '{what…}を削除した',
  '{what…} is gone already': '{what…}はすでにない',
  '{what…} was as found before': '{what…}は以前のままだった',
  '{what…} restored: {fields…}': '{what…}を復元した: {fields…}',
  '{what…} was gone: recreated as it was, with a new uid':
    '{what…}がなくなっていたので、新しいuidで元どおりに作り直した',
  '{what…} keeps {field}, changed since': '{what…}の{field}は、その後変更されているので残した',
  '{what…} keeps {field}, changed since by {owner…}':
    '{what…}の{field}は、その後{owner…}が変更しているので残した',

  '{host} has no route to {ranges…}': '{host}に{ranges…}への経路がない',
  'no new pod finds a place on any worker': '新しいPodを配置できるワーカーがない',
  'both CoreDNS pods have {address}, on {one} and on {other}':
    '{one}と{other}の2つのCoreDNSのPodが同じ{address}を持つ',
  'no API server runs on {host}': '{host}でAPIサーバーが動いていない',
  'deny-all is there, and nothing enforces it': 'deny-allがあるが、誰も適用しない',
  'pod {pod} runs and does not become ready': 'Pod {pod}は動いているがReadyにならない',

  'fit for the lab': 'ラボに使える',
  '{names…} ready': '{names…}がReady',
  'on {node} {ip}': '{node}、{ip}',
  '{pod} on {node} {ip}': '{node}の{pod}（{ip}）',
  '{pod} is on {node}, which is not ready': '{pod}はReadyでない{node}にある',
  '{pod} was restarted once': '{pod}は1回再起動した',
  '{pod} was restarted {count} times': '{pod}は{count}回再起動した',
  'one on each of {nodes…}': '{nodes…}に1つずつ',
}
