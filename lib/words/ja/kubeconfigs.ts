import type { Phrases } from '../say.ts'

/** What is wrong with a kubeconfig. */
export const KUBECONFIGS: Phrases = {
  'the kubeconfig {file} cannot be read': 'kubeconfig {file}を読めません',
  'name an existing, readable file as kubeconfig in inventory.yaml; $KUBECONFIG is not looked at':
    'inventory.yamlのkubeconfigに、存在していて読めるファイルを指定する（$KUBECONFIGは参照しない）',
  'the kubeconfig {file} is larger than {count} bytes':
    'kubeconfig {file}が{count}バイトを超えています',
  'name the kubeconfig file itself in inventory.yaml':
    'inventory.yamlにkubeconfigのファイルそのものを指定する',
  'the kubeconfig {file} is not YAML: {why…} at line {line}, column {column}':
    'kubeconfig {file}がYAMLではありません: {line}行{column}列、{why…}',
  'a tab in place of blanks': '空白の代わりにタブがあります',
  'a line that begins too far left or right': '行の始まる位置がずれています',
  'a key that stands there already': 'キーが重複しています',
  'a character is missing, such as a closing quote,': '閉じ引用符などの文字がありません',
  'it cannot be read on': 'ここから先を読めません',
  'fix line {line} of {file}': '{file}の{line}行目を直す',
  '{file} is not a kubeconfig: it has no list named contexts':
    '{file}はkubeconfigではありません: contextsというリストがありません',
  'name a file made by `kubectl config` or by the cluster’s provider as kubeconfig in inventory.yaml':
    'inventory.yamlのkubeconfigに、`kubectl config`やクラスターのプロバイダーが作成したファイルを指定する',
  'the kubeconfig {file} has a second YAML document (---) from line {line} on':
    'kubeconfig {file}の{line}行目から、2つ目のYAML文書（---）が始まっています',
  'which of them is meant cannot be told': 'どちらを使うのか判別できません',
  'keep each of them in a kubeconfig of its own': 'それぞれを別のkubeconfigにする',
  'the kubeconfig {file} has something at line {line} that is not read as text, number, list or map':
    'kubeconfig {file}の{line}行目に、テキスト、数値、リスト、マップのどれでもないものがあります',
  'put what is meant as text in quotes, at line {line} of {file}':
    '{file}の{line}行目で、テキストを引用符で囲む',
  'the context {name…} in {file} names no {what}':
    '{file}のコンテキスト{name…}に{what}がありません',
  'the context {name…} in {file} names the {what} {part…}, which is not there':
    '{file}のコンテキスト{name…}が指す{what} {part…}がありません',
  'contexts there: {names…}': 'あるコンテキスト: {names…}',
  'clusters there: {names…}': 'あるクラスター: {names…}',
  'users there: {names…}': 'あるユーザー: {names…}',
  'the kubeconfig {file} names no current-context':
    'kubeconfig {file}にcurrent-contextがありません',
  'the context {name…} is not in the kubeconfig {file}':
    'コンテキスト{name…}がkubeconfig {file}にありません',
  'name one of these, by --context for prove and watch, else as context in inventory.yaml: {names…}':
    'inventory.yamlのcontextを次のどれかにする: {names…}',
  'give --context one of these: {names…}': '--contextに次のどれかを指定する: {names…}',
  '{file} has several {list} named {name…}': '{file}に{name…}という名前の{list}が複数あります',
  'which of them a context means cannot be told; kubectl refuses such a file, too':
    'コンテキストがどれを指すのか判別できません。kubectlもこのようなファイルを受け付けません',
  'give each another name, there and in the contexts that mean it, or keep each cluster in a kubeconfig of its own':
    'それぞれに別の名前を付けて参照元のコンテキストも直すか、クラスターごとに別のkubeconfigにする',
  'without verification anyone on the way can read the credentials and answer in place of the cluster':
    '検証しないと、経路上の誰もが認証情報を読み、クラスターになりすませます',
  'the certificate-authority in {file}, of the cluster of context {name…}, has no certificate in it':
    '{file}で、コンテキスト{name…}のクラスターのcertificate-authorityに証明書が入っていません',
  'certificate-authority-data is base64 of a PEM file, encoded once':
    'certificate-authority-dataは、PEMファイルを一度だけbase64にしたものです',
  'the client key of user {user} in {file} is encrypted, and nobody is asked for a passphrase':
    '{file}のユーザー{user}のクライアント鍵が暗号化されています。パスフレーズは尋ねません',
  '{command…}; then name PLAIN.key as client-key of user {user}':
    '{command…}\n# そのうえで、ユーザー{user}のclient-keyにPLAIN.keyを指定する',
}
