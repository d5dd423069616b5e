import type { Phrases } from '../../say.ts'

/** What is wrong with the Service, kube-proxy and filters: the family D. */
export const CAUSES_OF_SERVICES: Phrases = {
  'the address {address} belongs to {holder…}, which has no ready endpoint, so kube-dns cannot have it':
    'アドレス{address}は{holder…}が使っているため、kube-dnsに割り当てられません（こちらにReadyなエンドポイントはありません）',
  'DNS is served at {address} already, by {holder…}, so kube-dns cannot have that address':
    '{address}ではすでに{holder…}がDNSを提供しているため、このアドレスをkube-dnsに割り当てられません',
  'the address {address} belongs to {holder…}, which may serve somebody, so kube-dns cannot have it':
    'アドレス{address}は{holder…}が使っているため、kube-dnsに割り当てられません（使われている可能性があります）',
  'the address {address} belongs to {holder…}, which serves {ports…}, so kube-dns cannot have it':
    'アドレス{address}は{ports…}を提供する{holder…}が使っているため、kube-dnsに割り当てられません',
  'service {name}': 'Service {name}',
  'service {name} ({owner…})': 'Service {name}（{owner…}）',
  "{address} is none of this cluster's Service addresses, which are {range}":
    '{address}は、このクラスターのServiceの範囲{range}に入っていません',
  '{object} is there with another .{field}, which can never be changed':
    'すでにある{object}の.{field}が違う値で、このフィールドは変更できません',
  'service {name} selects {labels…}, and no CoreDNS pod has these labels':
    'Service {name}は{labels…}を選択しますが、このラベルを持つCoreDNSのPodがありません',
  'service {name} has no port 53 for {protocols…}':
    'Service {name}に{protocols…}のポート53がありません',

  // kube-proxy
  'pods on {host} reach every CoreDNS pod by its own address and not the Service: kube-proxy there does not run, or cannot keep its rules':
    '{host}のPodから、各CoreDNSのPodにはそのアドレスで届きますが、Serviceには届きません: そこのkube-proxyが動いていないか、ルールを維持できていません',
  'pods on {host} reach every CoreDNS pod by its own address and not the Service: kube-proxy there cannot keep its rules':
    '{host}のPodから、各CoreDNSのPodにはそのアドレスで届きますが、Serviceには届きません: そこのkube-proxyがルールを維持できていません',
  'kube-proxy on {host} runs, and cannot read Services: the API server {server}, which its kubeconfig names, does not answer ({why…})':
    '{host}のkube-proxyは動いていますが、Serviceを読めません: kubeconfigに書かれたAPIサーバー{server}が応答しません（{why…}）',
  'kube-proxy on {host} runs, and cannot read Services: {why…}':
    '{host}のkube-proxyは動いていますが、Serviceを読めません: {why…}',
  'the API server does not accept its certificate': 'APIサーバーがその証明書を受け入れません',
  'it does not trust the API server ({why…})': 'APIサーバーを信頼していません（{why…}）',
  'kube-proxy on {host} runs, and cannot read {what}: its user {user} is not bound to the ClusterRole {role}':
    '{host}のkube-proxyは動いていますが、{what}を読めません: ユーザー{user}がClusterRole {role}にバインドされていません',
  'kube-proxy on {host} runs, and cannot read {what}: its kubeconfig has the certificate of {user}, and not of {wanted}':
    '{host}のkube-proxyは動いていますが、{what}を読めません: kubeconfigにあるのは{user}の証明書で、{wanted}の証明書ではありません',
  'kube-proxy on {host} was not allowed to read {what}, and has not asked again since its user {user} is bound to the ClusterRole {role}; it does within a minute':
    '{host}のkube-proxyは{what}を読む権限がありませんでした。ユーザー{user}はClusterRole {role}にバインドされましたが、まだ再試行していません。1分以内に再試行します',
  'nobody is bound to the ClusterRole {role}, so no kube-proxy learns of Services and their pods':
    'ClusterRole {role}に誰もバインドされていないため、どのkube-proxyもServiceとそのPodを知ることができません',
  'on {host} answers from a pod of the same worker bypass kube-proxy, and come from an address that was not asked':
    '{host}では、同じワーカーのPodからの応答がkube-proxyを通らず、問い合わせ先とは違うアドレスから届きます',
  "pods on {host} lose the Service's answers from a CoreDNS pod of the same worker: those bypass kube-proxy, and come from an address that was not asked":
    '{host}のPodで、同じワーカーのCoreDNSのPodからのServiceの応答が失われています: 応答がkube-proxyを通らず、問い合わせ先とは違うアドレスから届きます',

  // Endpoints
  'the Service {name} leads to {address} as well, which {object…} names and where nobody answers':
    'Service {name}が{address}にもつながっていますが、そこでは誰も応答しません（{object…}に書かれています）',
  'CoreDNS in pod {pod} on {host} runs and answers nobody, not even from within its pod, and the Service {name} leads to it: it hangs':
    '{host}のPod {pod}のCoreDNSは動いていますが、Podの中からでも応答せず、Service {name}がそこにつながっています: 固まっています',
  'internalTrafficPolicy of service {name} is Local, and it has no endpoint on {host}: pods there are led to nobody':
    'Service {name}のinternalTrafficPolicyがLocalで、{host}にはエンドポイントがありません: そこのPodはどこにもつながりません',

  'the Service {name} leads to pod {pod} as well, {whose…}, which answers nobody':
    'Service {name}がPod {pod}（{whose…}）にもつながっていますが、このPodは誰にも応答しません',
  'the Service {name} leads to pod {pod} as well, {whose…}, which answers {wrong…}':
    'Service {name}がPod {pod}（{whose…}）にもつながっていますが、このPodは{wrong…}と応答します',
  'of {kind} {name}': '{kind} {name}のもの',
  'that nothing makes': '何かが作ったものではない',
  'service {name} has no address of its own, and pods ask {address}':
    'Service {name}自身のアドレスがなく、Podは{address}に問い合わせています',

  // Filters
  'the filter of {host} drops packets: {rule…} of chain {chain…}, in table {table…} of {tool}':
    '{host}のフィルターがパケットを破棄しています: {tool}のテーブル{table…}、チェイン{chain…}の{rule…}',
  'the filter of {host} refuses packets: {rule…} of chain {chain…}, in table {table…} of {tool}':
    '{host}のフィルターがパケットを拒否しています: {tool}のテーブル{table…}、チェイン{chain…}の{rule…}',
  'the filter of {host} hands packets to a program, which drops them: {rule…} of chain {chain…}, in table {table…} of {tool}':
    '{host}のフィルターがパケットをプログラムに渡し、そこで破棄されています: {tool}のテーブル{table…}、チェイン{chain…}の{rule…}',
  'the filter of {host} leads queries to another server: {rule…} of chain {chain…}, in table {table…} of {tool}':
    '{host}のフィルターが問い合わせを別のサーバーに向けています: {tool}のテーブル{table…}、チェイン{chain…}の{rule…}',
  'the policy': 'ポリシー',
  'a rule': 'ルール',
  '{chain}, which {from…} leads to': '{chain}（{from…}から呼ばれる）',
  'nothing gets across between pods of {host} and of other workers, and the others get through to each other: {why…}':
    '{host}のPodとほかのワーカーのPodの間で何も通りません（ほかのワーカーどうしは通ります）: {why…}',
  'a filter of {host} drops it': '{host}のフィルターが破棄しています',
  '{host} does not forward': '{host}が転送していません',
  'pods of {host} reach nobody, not even a CoreDNS pod beside them that answers others: a filter of {same} drops what its pods send':
    '{host}のPodは誰にも届かず、ほかには応答している隣のCoreDNSのPodにも届きません: {same}のフィルターがPodからの送信を破棄しています',
  '{lost…} gets lost, and {there} does not: a filter of {hosts…} drops port 53/{protocol}':
    '{lost…}が失われ、{there}は通ります: {hosts…}のフィルターがポート53/{protocol}を破棄しています',
  '{protocol} between pods of {host} and of other workers':
    '{host}のPodとほかのワーカーのPodの間の{protocol}',
  '{protocol} from pods of {from} to those of {to}': '{from}のPodから{to}のPodへの{protocol}',
  '{one} or {other}': '{one}または{other}',
  '{host} cannot remember any more connections, so it drops new ones':
    '{host}の接続テーブルがいっぱいで、新しい接続を破棄しています',
  'service {name} leads to port {port} of the CoreDNS pods, and CoreDNS listens on {ports…}':
    'Service {name}はCoreDNSのPodのポート{port}につながりますが、CoreDNSが待ち受けているのは{ports…}です',
  'CoreDNS listens only for its own pod: the Corefile binds it to an address of loopback':
    'CoreDNSが自身のPodの中でしか待ち受けていません: Corefileがループバックのアドレスにbindしています',
}
