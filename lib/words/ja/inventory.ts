import type { Phrases } from '../say.ts'

/** What is wrong with an inventory, and what to write there. */
export const INVENTORY: Phrases = {
  '{file}:{line}:{column} {problem…}': '{file}:{line}:{column} {problem…}',
  '{file} has {count} problems': '{file}に問題が{count}件あります',
  'fix these lines of {file}, then run the same command again':
    '{file}のこれらの行を直し、同じコマンドをもう一度実行する',
  'and {count} more': 'ほか{count}件',
  'there is no {file}': '{file}がありません',
  'name one that is there: --inventory FILE. The shortest has one line: target: lab; git checkout inventory.yaml restores the one of this project':
    '存在するファイルを--inventory FILEで指定する。最小の内容は1行（target: lab）。このプロジェクトのものはgit checkout inventory.yamlで元に戻る',
  '{file} cannot be read': '{file}を読めません',
  'name a readable file: --inventory FILE': '読めるファイルを指定する: --inventory FILE',
  '{file} is larger than {count} bytes': '{file}が{count}バイトを超えています',
  'name the inventory itself: --inventory FILE':
    'インベントリーそのものを指定する: --inventory FILE',
  '{file} is not UTF-8 text': '{file}がUTF-8のテキストではありません',
  'save it as UTF-8, or name the inventory itself: --inventory FILE':
    'UTF-8で保存するか、インベントリーそのものを指定する: --inventory FILE',

  // Keys
  'unknown key {key…}': '不明なキー{key…}',
  'unknown key {key…} in {section}': '{section}に不明なキー{key…}があります',
  'did you mean {key}': '{key}のことですか',
  'did you mean {key}; known besides: {keys…}': '{key}のことですか。ほかに使えるキー: {keys…}',
  'known besides: {keys…}': 'ほかに使えるキー: {keys…}',
  'move it below {section…}': '{section…}の下に移す',
  'take it out': '取り除く',
  'remove it: TLS is always verified': '取り除く: TLSは常に検証される',
  'remove it, and what it holds: credentials stay in the kubeconfig':
    '値ごと取り除く: 認証情報はkubeconfigだけに置く',
  '{key} stands twice in {section…}': '{section…}に{key}が2回あります',
  'keep one of the two': 'どちらか一方を残す',
  'the file': 'ファイル',

  // Values
  'the file is empty': 'ファイルが空です',
  'write target: lab; the rest has defaults': 'target: labと書く。ほかには既定値がある',
  '{key} is missing': '{key}がありません',
  '{key} is missing: {what…}': '{key}がありません: {what…}',
  'add {key}: {example…}': '{key}: {example…} を追加する',
  '{key} is empty': '{key}が空です',
  'the file is {kind…}, not {wanted…}': 'ファイルが{kind…}で、{wanted…}ではありません',
  '{key} is {kind…}, not {wanted…}': '{key}が{kind…}で、{wanted…}ではありません',
  '{key} is {kind…}': '{key}が{kind…}です',
  '{key} has {count} entries': '{key}の項目が{count}個あります',
  'the text {text…}': 'テキスト{text…}',
  'the number {number}': '数値{number}',
  'a list': 'リスト',
  'a map': 'マップ',
  text: 'テキスト',
  'a whole number': '整数',
  'put it in quotes': '引用符で囲む',
  'write one line for each, beginning with “- ”': '1行に1つずつ、「- 」で始めて書く',
  'write its keys below it, indented: {keys…}': 'その下に、字下げしてキーを書く: {keys…}',
  'write at least {number}': '{number}以上にする',
  'write at most {number}': '{number}以下にする',
  'write {key}: lab, or for a cluster of yours its {keys…} below {same}:':
    '{key}: labと書く。既存のクラスターなら{same}:の下に{keys…}を書く',
  'write {what…}, such as {example}': '{what…}を書く。例: {example}',
  'write {what…}': '{what…}を書く',
  'what inventory.schema.json has': 'inventory.schema.jsonにあるもの',
  '{key} {value} is empty': '{key} {value}が空です',
  '{key} {value…} holds characters that do not print': '{key} {value…}に表示できない文字があります',
  'remove them': '取り除く',
  '{key} {value…} is longer than {count} characters': '{key} {value…}が{count}文字を超えています',

  // Addresses and names
  '{key} {value…} is not an IPv4 address': '{key} {value…}はIPv4アドレスではありません',
  '{key} {value…} is not an IPv4 address: IPv6 is not supported':
    '{key} {value…}はIPv4アドレスではありません: IPv6には対応していません',
  '{key} {value…} is a network, not an address':
    '{key} {value…}はネットワークで、アドレスではありません',
  'leave out the slash and what follows': 'スラッシュ以降を取り除く',
  '{key} {value…} is not an IPv4 network': '{key} {value…}はIPv4ネットワークではありません',
  '{key} {value…} is not an IPv4 network: IPv6 is not supported':
    '{key} {value…}はIPv4ネットワークではありません: IPv6には対応していません',
  '{key} {value…} has no prefix length': '{key} {value…}にプレフィックス長がありません',
  'write a network, such as {example}': 'ネットワークを書く。例: {example}',
  '{key} {value…} has bits set beyond its first {prefix}':
    '{key} {value…}は先頭{prefix}ビットより後ろが0ではありません',
  'write {network}': '{network}と書く',
  '{key} {value…} is too large': '{key} {value…}は大きすぎます',
  '{key} {value…} is too small': '{key} {value…}は小さすぎます',
  'take a network between /{largest} and /{smallest}, such as {example}':
    '/{largest}から/{smallest}までのネットワークにする。例: {example}',
  '{key} {value…} meets {range}, reserved for {use…}':
    '{key} {value…}が、{use…}用に予約された{range}と重なっています',
  'take a private network, such as {example}': 'プライベートネットワークにする。例: {example}',
  '{key} {value…} is not a DNS label': '{key} {value…}はDNSラベルではありません',
  'begin with a letter, then only a-z, 0-9 and -, such as {example}':
    '英字で始め、a-z、0-9、-だけを使う。例: {example}',
  '{key} {value…} ends with a dot': '{key} {value…}がドットで終わっています',
  'leave the dot out': 'ドットを取り除く',
  '{key} {value…} is not a DNS name': '{key} {value…}はDNS名ではありません',
  '{key} {value…} overlaps {other} {range…}': '{key} {value…}が{other} {range…}と重なっています',
  'an address in both would lead to one of them only':
    '両方に含まれるアドレスが、片方にしか届かなくなります',
  'give one of the two another range': 'どちらかを別の範囲にする',
  'pods on both workers would get the same addresses':
    '両方のワーカーのPodが、同じアドレスを持つことになります',
  'take a free part of cluster.podCIDR': 'cluster.podCIDRの空いている部分を使う',
  'take a free part of cluster.podCIDR, such as {example}':
    'cluster.podCIDRの空いている部分を使う。例: {example}',
  '{key} {value…} lies outside {other} {range…}': '{key} {value…}が{other} {range…}の範囲外です',
  '{key} {value…} is the network address of {other} {range…}':
    '{key} {value…}は{other} {range…}のネットワークアドレスです',
  '{key} {value…} is the broadcast address of {other} {range…}':
    '{key} {value…}は{other} {range…}のブロードキャストアドレスです',
  'take a free address of it': 'その中の空いているアドレスを使う',
  'take a free address of it, such as {example}': 'その中の空いているアドレスを使う。例: {example}',
  '{key} {value…} is that of {other…} too': '{key} {value…}は{other…}と同じです',
  '{value…} (the default)': '{value…}（既定値）',
  'give each host its own': 'ホストごとに別のものにする',
  '{key} {value…} is a name that the lab uses itself': '{key} {value…}はラボ自身が使う名前です',
  'give the host another name': 'ホストを別の名前にする',
  'lab.controllers has {count} entries': 'lab.controllersの項目が{count}個あります',
  'etcd decides by majority: {count} members survive no more losses than {fewer}':
    'etcdは多数決です: メンバー{count}つでも、{fewer}つの場合と同じ数の故障にしか耐えられません',
  'write 1, 3 or 5': '1、3、5のいずれかにする',

  'manifest.sha256 is missing, and a different url has a different sum':
    'manifest.sha256がありません。別のURLなら、sha256も別になります',
  'read that manifest, then add sha256: with what sha256sum prints of it':
    'マニフェストの内容を確認し、sha256sumの結果をsha256:に書く',
  '{keys…} is missing, and {network} is too small for the default':
    '{keys…}がありません。{network}は既定値には小さすぎます',
  '{keys…} are missing, and {network} is too small for the default':
    '{keys…}がありません。{network}は既定値には小さすぎます',
  'list {keys…}, or take a larger network': '{keys…}を書くか、ネットワークを大きくする',

  // What the keys are for
  'the kubeconfig file, relative to the inventory; ~ is your home':
    'kubeconfigファイル（インベントリーからの相対パス、~はホーム）',
  'the context in that kubeconfig; kubectl config get-contexts lists them':
    'そのkubeconfigのコンテキスト（kubectl config get-contextsで一覧）',
  'the address of an API server': 'APIサーバーのアドレス',
  'API servers that the Service kubernetes has to lead to':
    'Service kubernetesの接続先になるAPIサーバー',
  'a host name, a DNS label': 'ホスト名（DNSラベル）',
  "the range of this worker's pods, a part of cluster.podCIDR":
    'このワーカーのPodの範囲（cluster.podCIDRの一部）',
  'workers, each with the range of its pods': 'ワーカーと、それぞれのPodの範囲',
  'a cluster of yours, named by kubeconfig and context':
    'kubeconfigとcontextで指定する既存のクラスター',
  'the target: lab, or a cluster of yours': '対象（lab、または既存のクラスター）',
  "2020: the chapter's own CoreDNS 1.6.2; current: the CoreDNS that goes with a Kubernetes of today":
    '2020（この章のCoreDNS 1.6.2）またはcurrent（現在のKubernetesに合うCoreDNS）',
  'the name of the lab, a DNS label': 'ラボの名前（DNSラベル）',
  'the network of the hosts': 'ホストのネットワーク',
  "this machine's own address on lab.network": 'lab.networkでのこのマシンのアドレス',
  'an IPv4 address on lab.network': 'lab.networkのIPv4アドレス',
  'hosts with etcd and an API server: 1, 3 or 5':
    'etcdとAPIサーバーを動かすホスト（1、3、5台のいずれか）',
  'hosts with containerd, kubelet and kube-proxy': 'containerd、kubelet、kube-proxyを動かすホスト',
  "how kube-proxy makes Services: its configuration's mode":
    'kube-proxyがServiceを実現する方式（設定のmode）',
  'the hosts that target: lab builds on this machine': 'target: labでこのマシンに構築するホスト',
  "the cluster's DNS domain": 'クラスターのDNSドメイン',
  'the network of all pods': '全Podのネットワーク',
  'the network of all Services: --service-cluster-ip-range of kube-apiserver':
    '全Serviceのネットワーク（kube-apiserverの--service-cluster-ip-range）',
  "the cluster DNS: the kubelets' clusterDNS, and the clusterIP in the manifest":
    'クラスターDNSのアドレス（kubeletのclusterDNSと、マニフェストのclusterIP）',
  'how the cluster numbers and names things': 'クラスターのアドレスと名前の付け方',
  'the address of the manifest': 'マニフェストのURL',
  'the SHA-256 of the manifest, 64 hexadecimal digits': 'マニフェストのSHA-256（16進数64桁）',
  'the largest size that is accepted, in bytes': '受け付ける最大の大きさ（バイト）',
  "the chapter's coredns.yaml": 'この章のcoredns.yaml',
  'the image of the pod that looks names up': '名前を引くPodのイメージ',
  "on a cluster of yours, whether each worker also gets a pod on its own network, to see the worker's routes and settings":
    '既存のクラスターで、経路と設定を見るためにホストネットワークのPodも各ワーカーに置くか',
  'the pod that looks names up': '名前を引くPod',
  'timeouts, in seconds': 'タイムアウト（秒）',
  'seconds until all API servers are ready': '全APIサーバーがReadyになるまでの秒数',
  'seconds until all workers are Ready': '全ワーカーがReadyになるまでの秒数',
  'seconds until pods are Ready, images pulled': 'イメージを取得してPodがReadyになるまでの秒数',
  'seconds until all API servers are endpoints': '全APIサーバーがエンドポイントになるまでの秒数',
  'seconds until a name is answered': '名前の応答までの秒数',
  'seconds in verify, for each step': 'verifyでのステップごとの秒数',
  'the base URL of a mirror with a folder per release host':
    'リリース元のホストごとにフォルダーを持つミラーのURL',
  'the URL of a registry': 'レジストリのURL',
  'the URL of a Go module proxy': 'GoモジュールプロキシのURL',
  'mirrors of the same programs and images; their checksums stay as pinned':
    '同じプログラムとイメージのミラー（チェックサムは固定のまま）',

  // YAML
  '{path…} is an alias (*…)': '{path…}はエイリアス（*…）です',
  'write the value out: an inventory has no anchors or aliases':
    '値をそのまま書く: インベントリーではアンカーとエイリアスを使えない',
  'a tag (!…) means nothing here': 'タグ（!…）は使えません',
  'remove the tag': 'タグを取り除く',
  'this is nested too deeply': '階層が深すぎます',
  'an inventory has four levels: write it as inventory.schema.json has it':
    'インベントリーは4階層まで: inventory.schema.jsonのとおりに書く',
  'an anchor (&…) or alias (*…) has no usable name':
    'アンカー（&…）またはエイリアス（*…）の名前が使えません',
  'put text that begins with & or * in quotes': '&や*で始まるテキストは引用符で囲む',
  'a % line means nothing here': '%で始まる行は使えません',
  'remove that line': 'その行を取り除く',
  'YAML knows no such escape': 'YAMLにないエスケープです',
  'write the backslash twice, or put the text in single quotes':
    'バックスラッシュを2つ書くか、テキストを単一引用符で囲む',
  'a second YAML document begins': '2つ目のYAML文書が始まっています',
  'remove the --- or ... and what follows: an inventory is one document':
    '---または...以降を取り除く: インベントリーは1つの文書です',
  'a key is not plain text': 'キーがテキストではありません',
  'write it as “key: value”': '「キー: 値」と書く',
  'indent with spaces, the same number on lines of the same level':
    '空白で、同じ階層の行は同じ数だけ字下げする',
  'look for a bracket, quote or colon too many or too few, here or just before':
    'ここか直前で、括弧、引用符、コロンの過不足を探す',
  'the indentation is broken here': 'ここで字下げが崩れています',
  'there is a tab in the indentation': '字下げにタブがあります',
  'YAML expects something else here': 'ここはYAMLとして正しくありません',
  'a second “key: value” begins on the same line': '同じ行で2つ目の「キー: 値」が始まっています',
  'put it on a line of its own, or the text in quotes': '別の行に書くか、テキストを引用符で囲む',
  'a line has neither “key: value” nor “- item”, so it runs into the next':
    '「キー: 値」でも「- 項目」でもない行があり、次の行につながっています',
  'put a colon and a space after the key': 'キーのあとにコロンと空白を書く',
  'unquoted text cannot begin with this character':
    '引用符のないテキストは、この文字で始められません',
  'put the text in quotes': 'テキストを引用符で囲む',
  'this is not YAML: {why…}': 'YAMLではありません: {why…}',
}
