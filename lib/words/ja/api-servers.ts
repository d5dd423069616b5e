import type { Phrases } from '../say.ts'

/** What an API server refuses or does not answer, and what keeps a run from going on there. */
export const API_SERVERS: Phrases = {
  '{problem…}; it is asked again, for {seconds} s at most':
    '{problem…}（あと最大{seconds}秒、再試行中）',
  'it is asked again, for {seconds} s at most': 'あと最大{seconds}秒、再試行中',
  'wanted to {operation…}': '試みた操作: {operation…}',
  '{problem…}; wanted to {operation…}': '{problem…}（試みた操作: {operation…}）',
  'the API server https://{server} {fails…}': 'APIサーバーhttps://{server}が{fails…}',
  'the API server https://{server}, asked through the proxy {proxy}, {fails…}':
    'プロキシ{proxy}経由のAPIサーバーhttps://{server}が{fails…}',
  'the proxy http://{proxy} {fails…}': 'プロキシhttp://{proxy}が{fails…}',
  'the kubelet of that node {fails…}': 'そのノードのkubeletが{fails…}',
  'cannot be reached': '応答しません',
  'refuses connections': '接続を拒否しています',
  'the API server can write nothing': 'APIサーバーが何も書き込めません',
  'closes the connection before it has answered': '応答する前に接続を切ります',
  'has a name that does not resolve': '、名前解決できないため見つかりません',
  'cannot be reached: there is no route': '、経路がないため応答しません',
  'does not answer the API server in time': 'APIサーバーに時間内に応答しません',
  'does not open a way to the API server': 'APIサーバーへの接続を中継しません',
  'does not answer in time': '時間内に応答しません',
  'shows a certificate that has expired': '期限切れの証明書を示しています',
  'shows a certificate that is not valid yet': 'まだ有効期間に入っていない証明書を示しています',
  'shows a certificate for other names than the one asked for':
    '接続先の名前を含まない証明書を示しています',
  'shows a certificate of a CA that the kubeconfig does not name':
    'kubeconfigにないCAの証明書を示しています',
  'does not accept the TLS handshake': 'TLSハンドシェイクを受け入れません',
  'does not speak HTTPS on that port': 'そのポートではHTTPSを話しません',
  'sends more than is accepted here': '受け付ける上限を超える応答を返しています',

  'failed with status {status}': 'ステータス{status}で失敗しました',
  'the API server {server} failed with status {status}':
    'APIサーバー{server}がステータス{status}で失敗しました',

  'the proxy-url in {file} names it': '{file}のproxy-urlで指定されています',
  '{command…}; or change proxy-url in {file}': '{command…}\n# または{file}のproxy-urlを変更する',
  'nothing listens on that port: the API server does not run, or the kubeconfig names another port':
    'そのポートで待ち受けているものがありません。APIサーバーが動いていないか、kubeconfigのポートが違います',
  'the API server is going down or starting, or something on the way cuts connections':
    'APIサーバーが停止中か起動中、または途中で接続が切られています',
  "{command…}; else set the server's address in {file}":
    '{command…}\n# 解決できなければ、{file}のserverにアドレスを指定する',
  '{command…}; then make a new server certificate and restart the API server':
    '{command…}\n# そのうえでサーバー証明書を作り直し、APIサーバーを再起動する',
  'the clock here or on the machine that made the certificate is wrong':
    'このマシンか、証明書を作成したマシンの時計がずれています',
  '{command…}; use one of its names as server in {file}, or make a certificate that has this one':
    '{command…}\n# 証明書にある名前を{file}のserverに使うか、この名前を含む証明書を作り直す',
  'the kubeconfig names no CA, is of another cluster, or of this one before its CA was replaced':
    'kubeconfigにCAがないか、別のクラスターのものか、CAを交換する前のものです',
  "{command…}; then put the cluster's own CA into {file}":
    '{command…}\n# そのうえで、このクラスターのCAを{file}に設定する',
  'it may not trust the client certificate of the kubeconfig':
    'kubeconfigのクライアント証明書が信頼されていない可能性があります',

  'user {user} may not {operation…}, which keeps runs on several machines apart':
    'ユーザー{user}に、複数のマシンからの同時実行を防ぐための権限がありません: {operation…}',
  'the API server knows nothing of user {user}: it takes whoever asks for {nobody}':
    'APIサーバーがユーザー{user}を認証できず、{nobody}として扱っています',
  'user {user} in {file} has no credentials, or what ends TLS on the way keeps its certificate':
    '{file}のユーザー{user}に認証情報がないか、途中でTLSを終端するものが証明書を渡していません',
  '{command…}; then give user {user} in {file} a token or a client certificate':
    '{command…}\n# そのうえで、{file}のユーザー{user}にトークンまたはクライアント証明書を設定する',
  'user {user} may not {operation…}': 'ユーザー{user}に権限がありません: {operation…}',
  'no role bound to this user allows it, or an admission rule forbids it':
    'このユーザーにバインドされたロールで許可されていないか、アドミッションルールで禁止されています',
  'no role bound to this user allows it to {right…}':
    'このユーザーにバインドされたロールで許可されていません: {right…}',
  '{command…}; then have the permission granted': '{command…}\n# そのうえで権限を付与してもらう',
  '{command…}; then have that right granted, and run again':
    '{command…}\n# そのうえで権限を付与してもらい、もう一度実行する',
  'the API server finds the request malformed': 'APIサーバーが要求を不正な形式と判断しました',
  'fix what the message names': 'メッセージが指摘した箇所を直す',
  'somebody else wrote in between': 'その間にほかの誰かが書き込みました',
  'run again: a new plan is then made': 'もう一度実行する（計画は作り直される）',
  'what was asked for is older than the API server remembers':
    'APIサーバーが保持していない古い状態を要求しました',
  'run again': 'もう一度実行する',
  'the request is too large for the API server': 'APIサーバーが受け付けるには要求が大きすぎます',
  'make the object smaller': 'オブジェクトを小さくする',
  'the API server does not accept the values': 'APIサーバーがこの値を受け入れません',
  'fix the fields that it names': '指摘されたフィールドを直す',
  'the API server does not accept the credentials of user {user}':
    'APIサーバーがユーザー{user}の認証情報を受け入れません',
  'the token or certificate has expired, was revoked, or is from another cluster':
    'トークンまたは証明書が期限切れか、失効しているか、別のクラスターのものです',
  '{command…}; then renew user {user} in {file}':
    '{command…}\n# そのうえで、{file}のユーザー{user}を更新する',
  'the API server asks to retry later than this program waits':
    'APIサーバーが指定した再試行までの時間が、このプログラムの待ち時間を超えています',
  'the API server does not know this address': 'APIサーバーにこのアドレスはありません',
  '{kind} "{name}" is not there': '{kind} "{name}"がありません',

  // Credentials
  'the credentials of user {user} in {file} cannot be used: {why…}':
    '{file}にあるユーザー{user}の認証情報を使えません: {why…}',
  'certificates and key do not match, or are damaged':
    '証明書と鍵が対になっていないか、壊れています',
  '{program…}, which the kubeconfig has run for credentials of user {user}, {fails…}':
    'ユーザー{user}の認証情報のためにkubeconfigから実行した{program…}が{fails…}',
  'asks for something (interactiveMode: Always), and there is no terminal to ask at':
    '入力を求めていますが（interactiveMode: Always）、端末がありません',
  'did not end within {seconds} s': '{seconds}秒以内に終わりませんでした',
  'failed with code {code}': 'コード{code}で失敗しました',
  'gave no credentials': '認証情報を返しませんでした',
  'cannot be started': '起動できません',
  'is not there': 'ありません',
  'install it, or put its folder on the PATH': 'インストールするか、そのフォルダーをPATHに加える',
  'run this again at a terminal, or log in there first':
    '端末からもう一度実行するか、先に端末でログインする',
  'take one of them out of {file}': '{file}からどちらかを削除する',
  '{what…} in {file} has a {key} that is no text, as YAML reads it; kubectl refuses such a file, too':
    '{file}の{what…}の{key}が、YAMLではテキストになりません。kubectlもこのようなファイルを受け付けません',
  '{file} has several {list} named "{name…}"': '{file}に"{name…}"という名前の{list}が複数あります',
  '{place…} has one of the {list}, and no name for it that is text, as YAML reads it':
    '{place…}にある{list}の項目に、YAMLでテキストになる名前がありません',
  'make a new kubeconfig with a tool of today': '現在のツールでkubeconfigを作り直す',
  'put its {key} in quotes': '{key}を引用符で囲む',
  'credential plugins (exec) have taken the place of built-in providers':
    '組み込みのプロバイダーは、認証プラグイン（exec）に置き換えられました',
  'which of them is meant cannot be told; kubectl refuses such a file, too':
    'どちらを使うのか判別できません。kubectlもこのようなファイルを受け付けません',
  'give it a name, in quotes where that is a number or a word such as no':
    '名前を付ける（数字やnoのような語なら引用符で囲む）',

  // Commands in pods
  'could not {operation…}: {why…}': '実行できませんでした（{operation…}）: {why…}',
  '{command…} shows whether that pod and its node are still there':
    '{command…}\n# そのPodとノードがまだあるか確認する',
  '{command…} shows whether the container runs; the message says what its runtime did not find':
    '{command…}\n# コンテナーが動いているか確認する。ランタイムが見つけられなかったものはメッセージにある',
  '{command…} shows whether the pod runs, and {other…} what it says':
    '{command…}\n# Podが動いているか確認する。Podの出力は: {other…}',
  'could not {operation…}': '実行できませんでした（{operation…}）',
  'the connection to it was lost': '接続が切れました',
  'no end within {seconds} s; wanted to {operation…}':
    '{seconds}秒以内に終わりません（試みた操作: {operation…}）',
  'the kubelet of that node has not started it within {seconds} s':
    'そのノードのkubeletが{seconds}秒以内に開始しませんでした',
  'check whether the node of that pod is Ready and its kubelet answers: {command…}':
    'そのPodのノードがReadyで、kubeletが応答するか確認する: {command…}',
  'a command in a pod printed more than {count} bytes':
    'Pod内のコマンドの出力が{count}バイトを超えました',
  'look at the pod: this command should print a few lines':
    'Podを確認する（このコマンドの出力は数行のはず）',

  // Fields of others, and other runs
  'have the owner give up the fields or set the same values, then run again':
    '所有者がフィールドを手放すか同じ値にしてから、もう一度実行する',
  'run again: a new plan is then made from what is there now':
    'もう一度実行する（計画は現在の状態から作り直される）',
  '{object…} has fields that others own with other values':
    '{object…}に、ほかの所有者が別の値を設定したフィールドがあります',
  '{object…} was changed by somebody else between the look and the write':
    '{object…}が、確認してから書き込むまでの間に変更されました',
  '{object…} cannot be applied as planned': '{object…}を計画どおりに適用できません',
  '{object…} changes faster than it can be planned':
    '{object…}の変更が頻繁で、計画を立てられません',
  'see the plan for what stands in the way': '妨げているものを計画で確認する',
  'another run has taken over: {holder…}': '別の実行に引き継がれました: {holder…}',
  'this run had not renewed it in time, or somebody has deleted it':
    'この実行が時間内に更新しなかったか、誰かが削除しました',
  'the {lease…} was removed while this run was in progress': '実行中に{lease…}が削除されました',
  'the {lease…} has expired: this run has not renewed it for {seconds} s':
    '{lease…}の期限が切れました（この実行は{seconds}秒間更新していません）',
  'the process or the machine was stopped meanwhile; another run may be in progress by now':
    'プロセスまたはマシンが停止していました。すでに別の実行が進行中の可能性があります',
  'the API server accepted no renewal; another run may be in progress by now':
    'APIサーバーが更新を受け付けませんでした。すでに別の実行が進行中の可能性があります',
  'make sure that no other run is in progress ({look…}), then continue with {command…}':
    '{look…}\n# ほかに実行中のものがないことを確かめてから再開する: {command…}',
}
