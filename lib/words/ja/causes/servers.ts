import type { Phrases } from '../../say.ts'

/** Why CoreDNS does not read the API, and what is wrong with its Corefile: the families B and C. */
export const CAUSES_OF_SERVERS: Phrases = {
  // The API
  'about one in {count} requests of pods to {address…} fails':
    'Podから{address…}への要求がおよそ{count}回に1回失敗します',
  'its Service address': 'Serviceのアドレス',
  'nothing can ask the cluster': 'クラスターに何も問い合わせできません',
  'nobody reaches the API server on {host}: {why…}':
    '{host}のAPIサーバーにはどこからも届きません: {why…}',
  'the API server on {host} does not answer, so {so…}':
    '{host}のAPIサーバーが応答しないため、{so…}',
  'the certificate of the API server on {host} is not good for {address…}, under which pods call it':
    '{host}のAPIサーバーの証明書が、Podからの接続先である{address…}に対して有効ではありません',
  'the certificate of the API server on {host} is of another authority than the one that pods trust':
    '{host}のAPIサーバーの証明書の認証局が、Podの信頼する認証局ではありません',
  'the certificate of the API server on {host} is not valid today':
    '{host}のAPIサーバーの証明書が、現在の日時では有効ではありません',
  'the API server on {host} has another service account key than the one that signs, and refuses the tokens of pods':
    '{host}のAPIサーバーの持つサービスアカウントの鍵が署名に使われた鍵と違うため、Podのトークンを拒否しています',
  'an API server refuses the token of CoreDNS: its service account key is another one than the one that signed it':
    'APIサーバーがCoreDNSのトークンを拒否しています: サービスアカウントの鍵が、署名に使われた鍵と違います',
  'CoreDNS may not list and watch {resource}: {why…}':
    'CoreDNSに{resource}のlistとwatchが許可されていません: {why…}',
  'there is no clusterrole {role}, to which it is bound':
    'バインド先のClusterRole {role}が存在しません',
  'no clusterrolebinding names its service account':
    'このサービスアカウントを指すClusterRoleBindingがありません',
  'clusterrole {role} does not name {resource} with list and watch':
    'ClusterRole {role}に、{resource}のlistとwatchがありません',
  "the Service kubernetes leads pods to {addresses…}, which is no controller's":
    'Service kubernetesの先にある{addresses…}が、どのコントローラーのアドレスでもありません',
  "the Service kubernetes leads pods to {addresses…}, which are no controller's":
    'Service kubernetesの先にある{addresses…}が、どのコントローラーのアドレスでもありません',
  'CoreDNS in pod {pod} does not get through to the API server at {address…}':
    'Pod {pod}のCoreDNSが、{address…}のAPIサーバーに届きません',
  'CoreDNS in pod {pod} is refused by the API server at {address…}':
    'Pod {pod}のCoreDNSが、{address…}のAPIサーバーに接続を拒否されています',
  'CoreDNS in pod {pod} has no way to the API server at {address…}':
    'Pod {pod}のCoreDNSから、{address…}のAPIサーバーへの経路がありません',
  'CoreDNS in pod {pod} ends at its start, as it cannot ask the API server at {address…} for its version':
    'Pod {pod}のCoreDNSが、{address…}のAPIサーバーにバージョンを問い合わせできず、起動直後に終了します',
  'CoreDNS in pod {pod} asks for a kind of object that this API server does not have':
    'Pod {pod}のCoreDNSが、このAPIサーバーにない種類のオブジェクトを要求しています',
  'its address': 'そのアドレス',

  'etcd takes no writes: its database has reached its quota, --quota-backend-bytes':
    'etcdが書き込みを受け付けません: データベースがクォータ（--quota-backend-bytes）に達しています',

  // The Corefile
  '{cause…} (mended since)': '{cause…}（その後修正済み）',
  '{cause…} (the Corefile has been changed since)': '{cause…}（その後Corefileが変更されています）',
  "CoreDNS's own queries come back to it, so it ends itself":
    'CoreDNS自身の問い合わせが戻ってくるため、CoreDNSが自ら終了します',
  "CoreDNS's own queries come back to it: the Corefile forwards to {target…}, so it ends itself":
    'CoreDNS自身の問い合わせが戻ってくるため、CoreDNSが自ら終了します: Corefileの転送先が{target…}です',
  'CoreDNS does not understand a file that its Corefile imports: {words…}':
    'CoreDNSが、Corefileからimportされるファイルを解釈できません: {words…}',
  'CoreDNS does not understand its Corefile: {words…}':
    'CoreDNSがCorefileを解釈できません: {words…}',
  'two server blocks of the Corefile serve the same zone: {words…}':
    'Corefileの2つのサーバーブロックが、同じゾーンを扱っています: {words…}',
  'the Corefile has no plugin kubernetes, so CoreDNS knows no name of the cluster':
    'Corefileにプラグインkubernetesがないため、CoreDNSはクラスターの名前を知りません',
  "CoreDNS serves {zones…}, and not the cluster's own domain {domain}":
    'CoreDNSが扱うのは{zones…}で、クラスターのドメイン{domain}ではありません',
  "the kubelet on {host} has its pods search {domain…}, and the cluster's is {own}":
    '{host}のkubeletがPodに設定する検索ドメインは{domain…}で、クラスターのドメインは{own}です',
  'no domain': 'なし',
  'CoreDNS serves {zones…} and no reverse zone, so no address has a name':
    'CoreDNSが扱うのは{zones…}だけで逆引きゾーンがないため、アドレスから名前を引けません',
  'CoreDNS asks {server} for {name} and gets no answer':
    'CoreDNSが{server}に{name}を問い合わせていますが、応答がありません',
  'CoreDNS serves only the namespaces {served…}, so names of {hidden…} do not exist':
    'CoreDNSが扱う名前空間は{served…}だけなので、{hidden…}の名前は存在しないことになります',
  "the Corefile's {plugin} is to ask {target}, a name that CoreDNS cannot look up as it starts: {words…}":
    'Corefileの{plugin}の問い合わせ先{target}は名前で、CoreDNSが起動時に解決できません: {words…}',
  "the Corefile's {plugin} is to ask {target}, which is no address and no file that is there: {words…}":
    'Corefileの{plugin}の問い合わせ先{target}が、アドレスでも存在するファイルでもありません: {words…}',
  "the Corefile's {plugin} has no server to ask: {file} in the pods names none ({words…})":
    'Corefileの{plugin}に問い合わせ先のサーバーがありません: Pod内の{file}にサーバーが書かれていません（{words…}）',
  'CoreDNS is told to read {file}, and what is mounted there does not have it: {why…}':
    'CoreDNSが読むよう指定された{file}が、マウントされたものの中にありません: {why…}',
  'CoreDNS could not load the Corefile that is there now, and serves by the one before: {words…}':
    'CoreDNSは現在のCorefileを読み込めず、以前のもので動いています: {words…}',
  'CoreDNS has not loaded the Corefile of {where} yet, which is newer, and serves by the one before':
    'CoreDNSは{where}の新しいCorefileをまだ読み込んでおらず、以前のもので動いています',
  'CoreDNS serves by another Corefile than the one in {where}: it has no plugin for {name…}':
    'CoreDNSは{where}とは別のCorefileで動いています: {name…}を扱うプラグインがありません',
  'the kubelet on {host} asks CoreDNS for /{path} on port {port}, where nobody listens: the Corefile has no plugin {plugin}':
    '{host}のkubeletがCoreDNSのポート{port}に/{path}を問い合わせていますが、何も待ち受けていません: Corefileにプラグイン{plugin}がありません',
  'the kubelet on {host} asks CoreDNS for /{path} on port {port}, where nobody listens: the Corefile has its plugin {plugin} on {place}':
    '{host}のkubeletがCoreDNSのポート{port}に/{path}を問い合わせていますが、何も待ち受けていません: Corefileのプラグイン{plugin}は{place}を使っています',
  'CoreDNS answers {got…} for {type} {name} by its plugin {plugin}, before it asks its plugin kubernetes':
    'CoreDNSが、{type} {name}に対して、プラグインkubernetesより先にプラグイン{plugin}で{got…}と応答しています',
  'CoreDNS cannot forward names of other domains: {target…} gives it no server to ask':
    'CoreDNSがほかのドメインの名前を転送できません: {target…}から問い合わせ先のサーバーが得られません',
  'CoreDNS answers {got…} for {type} {name} by its server block {zone}, which has no plugin kubernetes and takes such names from the one that has':
    'CoreDNSが、{type} {name}に対して、サーバーブロック{zone}によって{got…}と応答しています。このブロックにはプラグインkubernetesがなく、それがあるブロックからその名前を奪っています',
  'CoreDNS serves only the {what} with the labels {labels…}, so other names do not exist':
    'CoreDNSが扱うのはラベル{labels…}の付いた{what}だけなので、ほかの名前は存在しないことになります',
  'CoreDNS asks for what the cluster has as the line {option…} of its Corefile says, and not the Service kubernetes: {words…}':
    'CoreDNSが、クラスターの内容をService kubernetesではなく、Corefileの{option…}という行のとおりに問い合わせています: {words…}',
}
