import type { Phrases } from '../../say.ts'

/** What is wrong between pods, on the client's side and with the way to look: the families E, F and G. */
export const CAUSES_OF_NETWORKS: Phrases = {
  '{link} of {host} takes packets of {takes} bytes, and its pods, on {bridge}, are sent {sends}: large ones get lost':
    '{host}の{link}が受け取れるのは{takes}バイトまでのパケットで、{bridge}にあるPodには{sends}バイトのものが送られます: 大きなパケットが失われます',
  'small packets get from pods of {host} to those of {other}, and large ones do not: something between takes less than their pods believe':
    '{host}のPodから{other}のPodへ、小さなパケットは届きますが、大きなものは届きません: 途中に、Podの想定より小さなパケットしか通さないところがあります',
  '{host} has no {file} in its CNI configuration, and uses {other}':
    '{host}のCNI設定に{file}がなく、{other}が使われています',
  '{host} does not use {file}: {other…}, with {ranges…} for its pods, sorts before it in its CNI configuration, and the first is used':
    '{host}で{file}が使われていません: CNI設定で{other…}（Podの範囲は{ranges…}）のほうが並び順で前にあり、最初のものが使われます',
  '{host} does not use {file}: {other…}, sorts before it in its CNI configuration, and the first is used':
    '{host}で{file}が使われていません: CNI設定で{other…}のほうが並び順で前にあり、最初のものが使われます',
  '{host} hands out {range…}, the range of {owner}, and not its own {own}':
    '{host}が、自分の範囲{own}ではなく、{owner}の範囲{range…}を配っています',
  '{host} hands out {range…}, and not its own {own}':
    '{host}が、自分の範囲{own}ではなく{range…}を配っています',
  'pods of {host} still have addresses of {range…}, from an earlier configuration':
    '{host}のPodに、以前の設定による{range…}のアドレスが残っています',
  'the CNI configuration of {host} that sorts first hands out {range…}':
    '{host}で並び順が最初のCNI設定が、{range…}を配っています',
  'a range with {address}': '{address}を含む範囲',
  '{range}, the range of {owner}': '{range}（{owner}の範囲）',
  '{count} CoreDNS pods have the address {address}: the network cannot tell them apart':
    '{count}つのCoreDNSのPodが同じアドレス{address}を持ち、ネットワークで区別できません',
  '{host} has no route to {range}, the pods of {owner}':
    '{host}に、{owner}のPodの範囲{range}への経路がありません',
  '{host} sends packets for {range}, the pods of {owner}, another way than to {same}':
    '{host}が、{owner}のPodの範囲{range}宛てのパケットを{same}以外へ送っています',
  'queries of {host} arrive on {other}, and the answers get lost: {same} has no route to the pods of {back}, or something there keeps it from being used':
    '{host}からの問い合わせは{other}に届きますが、応答が失われます: {same}に{back}のPodへの経路がないか、あっても使われていません',
  'packets of pods of {host} to those of {other} get lost, and the other way they do not: {same} has no route to the pods of {back}, or something there keeps it from being used':
    '{host}のPodから{other}のPodへのパケットが失われ、逆方向は通ります: {same}に{back}のPodへの経路がないか、あっても使われていません',
  "packets between pods of {host} and of {other} get lost: one of them has no route to the other's pods, or a filter of one of them drops them":
    '{host}のPodと{other}のPodの間のパケットが失われます: どちらかに相手のPodへの経路がないか、どちらかのフィルターが破棄しています',
  '{host} does not forward packets, so its pods reach nobody outside it and nobody reaches them':
    '{host}がパケットを転送していないため、そのPodは外の誰にも届かず、外からも届きません',
  'the nodes {nodes…} have the same address {address}, so only one of them is reached':
    'ノード{nodes…}が同じアドレス{address}を持つため、1つにしか届きません',
  'the address of node {node} lies in {range}, from which pods get theirs':
    'ノード{node}のアドレスが、Podに配る範囲{range}に入っています',
  'the address of node {node} lies in {range}, from which Services get theirs':
    'ノード{node}のアドレスが、Serviceに配る範囲{range}に入っています',

  // Those who ask
  'the kubelet on {host} tells its pods to ask {addresses…}, and {service} is {address}':
    '{host}のkubeletがPodに指定しているDNSは{addresses…}ですが、{service}のアドレスは{address}です',
  "the kubelet on {host} knows no clusterDNS, so its pods ask the host's own servers":
    '{host}のkubeletにclusterDNSがないため、Podはホストのサーバーに問い合わせます',
  "pod {pod} is on its host's network, so it does not ask the cluster's DNS but its host's":
    'Pod {pod}はホストネットワークを使っているため、クラスターのDNSではなくホストのDNSに問い合わせます',
  "pod {pod} has the dnsPolicy {policy}, so it does not ask the cluster's DNS but its host's":
    'Pod {pod}のdnsPolicyが{policy}なので、クラスターのDNSではなくホストのDNSに問い合わせます',
  "the resolv.conf of pod {pod} has not all that it should: its host's own names more than fits":
    'Pod {pod}のresolv.confに必要なものが揃っていません: ホストのresolv.confに、収まる数より多く書かれています',

  // The way to look
  'the kubelets do not let the API servers, whose name is {user}, in for exec and logs':
    'kubeletが、{user}として接続するAPIサーバーにexecとlogsを許可していません',
  'a controller does not know the address of {node}, so nothing there is reached by exec and logs':
    'コントローラーが{node}のアドレスを知らないため、そこにはexecとlogsが届きません',
  'the kubelet on {host} asks {address}, as its kubeconfig says, and no API server is there ({why…})':
    '{host}のkubeletは、kubeconfigに書かれた{address}に接続しようとしていますが、そこにAPIサーバーはありません（{why…}）',
  'the kubelet on {host} shows the API servers a certificate that they do not accept: {why…}':
    '{host}のkubeletがAPIサーバーに示す証明書は受け入れられません: {why…}',
  'a kubelet shows the API servers a certificate that they do not accept, or none: {why…}':
    'kubeletがAPIサーバーに示す証明書が受け入れられないか、証明書がありません: {why…}',
  'the container runtime forwards ports with {program}, which is not there':
    'コンテナランタイムがポート転送に使う{program}がありません',
  'the API server gets no answer from the kubelet at {address} ({why…}), so nothing there is reached by exec, logs and port-forward':
    '{address}のkubeletからAPIサーバーに応答がないため（{why…}）、そこにはexec、logs、port-forwardが届きません',

  'pods on {host} look for names in {domains…} as well, as its host does, and any name has an answer there: {address}':
    '{host}のPodは、ホストと同じく{domains…}でも名前を検索しますが、そこではどの名前にも応答があります: {address}',

  // Some packets
  'between pods of {host} and of other workers {share} of 100 questions by {protocols…} get no answer, and within a worker none is lost':
    '{host}とほかのワーカーのPodの間で、{protocols…}の問い合わせ100件中{share}件に応答がなく、ワーカーの中では1件も失われていません',
  'between pods of {host} and of other workers {share} of 100 questions by {protocols…} get no answer, and within a worker none is lost; TCP sends again what gets lost':
    '{host}とほかのワーカーのPodの間で、{protocols…}の問い合わせ100件中{share}件に応答がなく、ワーカーの中では1件も失われていません。TCPは失われたものを送り直します',
  'between pods of {hosts…} {share} of 100 questions by {protocols…} get no answer, and within a worker none is lost':
    '{hosts…}のPodの間で、{protocols…}の問い合わせ100件中{share}件に応答がなく、ワーカーの中では1件も失われていません',
  'between pods of {hosts…} {share} of 100 questions by {protocols…} get no answer, and within a worker none is lost; TCP sends again what gets lost':
    '{hosts…}のPodの間で、{protocols…}の問い合わせ100件中{share}件に応答がなく、ワーカーの中では1件も失われていません。TCPは失われたものを送り直します',
}
