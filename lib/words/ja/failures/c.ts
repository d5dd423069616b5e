import type { Phrases } from '../../say.ts'

/** C. CoreDNS and its Corefile: what failures are called, what is seen of them, how they are proven and cured. */
export const FAILURES_C: Phrases = {
  'CoreDNS and its Corefile: CoreDNS does not understand its configuration, or serves something else because of it.':
    'CoreDNSとCorefile: CoreDNSが設定を解釈できないか、設定のために期待と違うものを提供している。',

  // C1
  'Forwarding loop': '転送のループ',
  'The last line of its log is the plugin loop’s `Loop … detected`.':
    'ログの最後の行が、プラグインloopの`Loop … detected`である。',
  'Forward to a server outside the cluster, not to the host’s own resolver.':
    'ホスト自身のリゾルバーではなく、クラスターの外のサーバーへ転送する。',

  // C3
  'Corefile not understood': 'Corefileを解釈できない',
  'The last line of its log is `Error during parsing` or `Syntax error`, with the file and line.':
    'ログの最後の行が`Error during parsing`または`Syntax error`で、ファイルと行番号が出る。',
  'Correct that line: this version of CoreDNS does not know the plugin or its option, or a brace is missing.':
    'その行を直す。このバージョンのCoreDNSにそのプラグインまたはオプションがないか、波括弧が足りない。',

  // C4
  'Zone served twice': 'ゾーンの重複',
  'The last line of its log is `cannot serve …`, with the zone.':
    'ログの最後の行が`cannot serve …`で、ゾーンが出る。',
  'Leave only one server block for each zone and port.':
    'ゾーンとポートの組ごとに、サーバーブロックを1つだけ残す。',

  // C5
  'Cluster domain differs': 'クラスタードメインの不一致',
  'Names of the cluster are not found; full names under the other domain are.':
    'クラスターの名前が見つからないが、別のドメインの完全な名前なら見つかる。',
  'The Corefile’s zones or a kubelet’s clusterDomain are not the cluster’s domain.':
    'Corefileのゾーン、またはkubeletのclusterDomainが、クラスターのドメインと違う。',
  'Use one domain in the Corefile, in every kubelet and in the inventory.':
    'Corefile、すべてのkubelet、インベントリーで同じドメインを使う。',

  // C6
  'No reverse zone': '逆引きゾーンがない',
  'Names have addresses, but addresses have no names: `nslookup 10.32.0.1` fails.':
    '名前からアドレスは引けるが、アドレスから名前が引けない: `nslookup 10.32.0.1`が失敗する。',
  'The lookup that failed, and a kubernetes line in the Corefile without in-addr.arpa.':
    '失敗した名前解決と、in-addr.arpaのないCorefileのkubernetes行。',
  'Name in-addr.arpa and ip6.arpa in the Corefile’s kubernetes line.':
    'Corefileのkubernetes行にin-addr.arpaとip6.arpaを書く。',

  // C8
  'HINFO error in the log': 'ログのHINFOエラー',
  'CoreDNS logs `[ERROR] … HINFO: plugin/loop: no next plugin found`, and works.':
    'CoreDNSが`[ERROR] … HINFO: plugin/loop: no next plugin found`をログに残すが、動作している。',
  'Never a cause, only ruled out: the query is CoreDNS’s own test for loops at startup.':
    '原因になることはなく、除外されるだけである。CoreDNSが起動時に自分でループを調べる問い合わせである。',
  'None needed; with forward in its Corefile CoreDNS does not log it.':
    '対処は不要。Corefileにforwardがあれば、CoreDNSはこれをログに残さない。',

  // C9
  'Upstream server does not answer': '上流サーバーが応答しない',
  'Names of the cluster are found, others time out or end with SERVFAIL.':
    'クラスターの名前は見つかるが、ほかの名前はタイムアウトするか、SERVFAILで終わる。',
  'CoreDNS logs a timeout for the very name that the failed lookup asked for.':
    '失敗した名前解決で尋ねたその名前について、CoreDNSがタイムアウトをログに残す。',
  'Forward to a server that the workers reach, by UDP and TCP.':
    'ワーカーからUDPとTCPで届くサーバーへ転送する。',

  // C12
  'Some Services not served': '対象外のService',
  'Names of some Services are found, those of others are NXDOMAIN.':
    'あるServiceの名前は見つかるが、別のServiceの名前はNXDOMAINになる。',
  'The Corefile has a line `namespaces` without default or kube-system, or one that wants labels.':
    'Corefileの`namespaces`行にdefaultまたはkube-systemがないか、ラベルを求める行がある。',
  'Take that line out, name all namespaces in it, or give the labels to what it is to serve.':
    'その行を消すか、すべての名前空間を書くか、対象にしたいものにラベルを付ける。',

  // C13
  'Forward target not usable': '転送先を使えない',
  'The last line of its log is `not an IP address or file`, or `failed to resolve`, with the target.':
    'ログの最後の行が`not an IP address or file`または`failed to resolve`で、転送先が出る。',
  'Let forward name an address, or a file that has servers: of a name older servers know nothing, and newer ones look it up by others as they start.':
    'forwardにはアドレスか、サーバーを書いたファイルを指定する。古いCoreDNSは名前を受け付けず、新しいCoreDNSは起動時にほかのサーバーで解決する。',

  // C14
  'No server to forward to': '転送先のサーバーがない',
  'CoreDNS pods are in CrashLoopBackOff. CoreDNS 1.6 runs, and answers SERVFAIL for names of other domains.':
    'CoreDNSのPodがCrashLoopBackOffになる。CoreDNS 1.6は動き続け、ほかのドメインの名前にSERVFAILを返す。',
  'The last line of its log is `no nameservers found`.':
    'ログの最後の行が`no nameservers found`である。',
  'Let resolvConf of the kubelet name a file that has servers, or forward name an address.':
    'kubeletのresolvConfにサーバーの書かれたファイルを指定するか、forwardにアドレスを指定する。',

  // C15
  'Corefile not mounted': 'Corefileがマウントされていない',
  'The last line of its log is `loading Caddyfile …: open …`, with the path.':
    'ログの最後の行が`loading Caddyfile …: open …`で、パスが出る。',
  'Let the argument -conf, the volume’s items and its mountPath name the same file.':
    '引数-conf、ボリュームのitems、mountPathが同じファイルを指すようにする。',

  // C17
  'Corefile not loaded': 'Corefileが読み込まれていない',
  'After a change of the Corefile names are answered as before, or with SERVFAIL.':
    'Corefileを変更しても、名前への応答が以前と同じか、SERVFAILになる。',
  'CoreDNS logs that its reload failed, or has loaded none since the ConfigMap changed.':
    'CoreDNSが再読み込みの失敗をログに残している。またはConfigMapの変更後、まだ読み込んでいない。',
  'Correct the Corefile where it cannot be loaded; else wait for the reload, or restart CoreDNS.':
    '読み込めない箇所を直す。それ以外の場合は再読み込みを待つか、CoreDNSを再起動する。',

  // C18
  'CoreDNS panics on names of other domains': 'ほかのドメインの名前でCoreDNSがpanicする',
  'Names of the cluster are found, those of other domains end with SERVFAIL.':
    'クラスターの名前は見つかるが、ほかのドメインの名前はSERVFAILで終わる。',
  'CoreDNS logs `Recovered from panic`, and its Corefile forwards.':
    'CoreDNSが`Recovered from panic`をログに残し、Corefileに転送がある。',
  'Give forward a server to ask: the file that it names has none.':
    'forwardに問い合わせ先のサーバーを指定する。指定されているファイルにはサーバーがない。',

  // C19
  'Probed port not served': 'プローブのポートで待ち受けていない',
  'CoreDNS runs and never becomes ready, or is started again every two minutes.':
    'CoreDNSは動いているがReadyにならない、または2分ごとに再起動される。',
  'The kubelet warns that its probe was refused, and the Corefile has no plugin for that port.':
    'kubeletがプローブの接続拒否を警告し、Corefileにそのポートのプラグインがない。',
  'Give the Corefile the plugin ready, or health, on the port that is probed.':
    'プローブされるポートで、Corefileのプラグインreadyまたはhealthを有効にする。',

  // C20
  'Answered before kubernetes': 'kubernetesより先に応答',
  'CoreDNS is ready and forwards well, and names of the cluster get wrong answers.':
    'CoreDNSはReadyで転送もできるが、クラスターの名前に誤った応答を返す。',
  'A CoreDNS pod that is asked past the network answers wrongly, and its Corefile has template, hosts, acl, rewrite or a server block of its own for such names.':
    'ネットワークを介さずに問い合わせてもCoreDNSのPodが誤った応答を返し、Corefileにその名前を対象とするtemplate、hosts、acl、rewrite、または別のサーバーブロックがある。',
  'Let hosts fall through, template answer NOERROR for a type that names have not, acl and rewrite leave such names alone, and a server block of its own have the plugin kubernetes.':
    'hostsにはfallthroughを付け、templateには名前にない型についてNOERRORを返させ、aclとrewriteからはその名前を外し、別のサーバーブロックにはプラグインkubernetesを加える。',
}
