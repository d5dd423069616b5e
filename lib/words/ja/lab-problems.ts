import type { Phrases } from '../say.ts'

/** What is said of the machine, the lab and its faults where something is in the way. */
export const LAB_PROBLEMS: Phrases = {
  'a lab needs Linux and this is {platform}': 'ラボにはLinuxが必要ですが、これは{platform}です',
  'a lab makes network namespaces and mounts, and only root may':
    'ラボはネットワーク名前空間とマウントを作成するため、root権限が必要です',
  'root does not have {capabilities…} here, as in an unprivileged container':
    'ここではrootに{capabilities…}がありません（非特権コンテナなど）',
  'this machine cannot run the lab, for {count} reasons':
    'このマシンではラボを動かせません（理由{count}件）',
  'run it in a Linux virtual machine; or {other…}': 'Linuxの仮想マシンで実行する。または、{other…}',
  'sudo {command…}\n# or {other…}': 'sudo {command…}\n# または、{other…}',
  'prove the DNS of a cluster of yours ({prove…} prove --kubeconfig FILE), or name it in inventory.yaml and replay the chapter there (target: {kubeconfig: …, context: …})':
    '既存のクラスターをinventory.yamlで指定して章を再現するか（target: {kubeconfig: …, context: …}）、そのDNSを証明する: {prove…} prove --kubeconfig FILE',
  'free some ({command…} cache shows what this program keeps), or set XDG_CACHE_HOME elsewhere':
    '空きを増やすか、XDG_CACHE_HOMEに別の場所を指定する。このプログラムが残しているもの: {command…} cache',
  'use that cluster (target: {kubeconfig: …, context: …}), or a machine of its own for the lab of {domain}':
    'そのクラスターを使う（target: {kubeconfig: …, context: …}）か、{domain}のラボには専用のマシンを使う',
  'give lab.name and its hosts other names in inventory.yaml, or, if nobody needs these: {commands…}':
    'inventory.yamlのlab.nameとホストを別の名前にする。これらが不要なら: {commands…}',
  'start the container with --privileged, or use a virtual machine':
    'コンテナを--privilegedで起動するか、仮想マシンを使う',
  '{programs…} not found on the PATH': '{programs…}がPATHに見つかりません',
  '{hosts} hosts need about {needed} GiB of memory, there are {memory}':
    'ホスト{hosts}台には約{needed} GiBのメモリが必要ですが、{memory} GiBしかありません',
  'leave one controller and one worker in inventory.yaml':
    'inventory.yamlのコントローラーとワーカーを1台ずつに減らす',
  '{path} has {free} GiB free, the lab may need {needed}':
    '{path}の空きは{free} GiBですが、ラボには{needed} GiBが必要になることがあります',
  'fs.inotify.max_user_instances is {count}, too few for {workers} workers':
    'fs.inotify.max_user_instancesが{count}で、ワーカー{workers}台には足りません',
  '{network} is in use on this machine: {range} is routed over {device}':
    '{network}はこのマシンで使用中です: {range}の経路が{device}にあります',
  'give lab.network and the hosts of inventory.yaml another range, such as 192.168.198.0/24':
    'inventory.yamlのlab.networkとホストを、192.168.198.0/24などの別の範囲にする',
  'a kubelet that is not of a lab runs here (process {pids…})':
    'ラボのものではないkubeletが動いています（プロセス{pids…}）',
  'names that the lab would give are in use on this machine: {names…}':
    'ラボが使う名前が、このマシンで使用中です: {names…}',
  'the journal of {target…} would undo what is not its own; nothing of that step was undone':
    '{target…}のジャーナルに、自分のものではない取り消しが含まれています。このステップは何も取り消していません',
  'this program did not write that, or wrote it for hosts that the inventory does not name any more':
    'このプログラムが書いたものではないか、インベントリーからなくなったホストのものです',
  '{program} on {host} is not running': '{host}の{program}が動いていません',
  'the disk that {program} on {host} writes to is full':
    '{host}の{program}が書き込むディスクがいっぱいです',
  'fix what the log names, then continue with {command…}':
    'ログが指摘した箇所を直してから再開する: {command…}',
  'a disk is full': 'ディスクがいっぱいです',
  'the disk of {folder} is full': '{folder}のディスクがいっぱいです',
  '{command…}; free space there, then continue with {next…}':
    '{command…}\n# 空きを作ってから再開する: {next…}',
  'look at it (ls -ld {folder} {file}; mount; ulimit -a), then continue with {command…}':
    'ls -ld {folder} {file}; mount; ulimit -a\n# 確認してから再開する: {command…}',
  'where hosts were taken out of the inventory, run it with the earlier one; else move the journals away (mkdir {folder}.old && mv {from}/*.journal {to}.old/) and run the same again':
    'mkdir {folder}.old && mv {from}/*.journal {to}.old/\n# そのうえで同じコマンドをもう一度実行する。インベントリーからホストを外したのなら、代わりに前のインベントリーで実行する',
  'the lab {name} is not up': 'ラボ{name}が起動していません',
  'the inventory names a cluster of yours, not a lab':
    'インベントリーが指しているのは、ラボではなく既存のクラスターです',
  'set target: lab in inventory.yaml, or name another file with --inventory':
    'inventory.yamlにtarget: labを設定するか、--inventoryで別のファイルを指定する',

  'no two CoreDNS pods came up on {one} and {other}':
    '{one}と{other}に、CoreDNSのPodが1つずつ起動しませんでした',
  'the CoreDNS pods were restarted {count} times, and {fault} took no effect on them':
    'CoreDNSのPodを{count}回再起動しましたが、{fault}は効きませんでした',
  'this fault has no effect on the CoreDNS of edition {edition}':
    'この障害はエディション{edition}のCoreDNSには効きません',
  'no CoreDNS pod asked the API server on {host} within {seconds} s':
    '{seconds}秒以内に{host}のAPIサーバーへ問い合わせたCoreDNSのPodがありません',
  'this fault requires the chapter: {what…} is not there':
    'この障害にはこの章の適用が必要です: {what…}がありません',
  'the inventory has no host {host}, on which the fault is':
    '障害の入っているホスト{host}がインベントリーにありません',
  'put the inventory back as it was when the fault was put on':
    'インベントリーを、障害を入れたときの内容に戻す',
  'this fault requires {what…}': 'この障害に必要なもの: {what…}',
  'choose another fault: {command…}': '別の障害を選ぶ: {command…}',
  'try again: {command…}': 'もう一度試す: {command…}',
  'list more hosts in the inventory, or choose another fault: {command…}':
    'インベントリーのホストを増やすか、別の障害を選ぶ: {command…}',
  '{command…}, then put the fault on': '{command…}\n# そのうえで障害を入れる',
  '{command…} shows why; then try again': '{command…}\n# 理由を確認してから、もう一度試す',
  'there is no fault {name}': '障害{name}はありません',
  'the fault {fault} is on already, since {time}': '障害{fault}は{time}から入っています',
  'the fault {fault} was begun at {time} and is only partly on':
    '障害{fault}は{time}に入れ始め、途中で止まっています',
  'the fault {fault} is not on': '障害{fault}は入っていません',
  'the fault {fault} cannot be taken off before {later}, which came later and changed the same':
    '障害{fault}は、あとから同じ箇所を変えた{later}より先には外せません',
  'faults are on: {faults…}': '障害が入っています: {faults…}',
  'what they have changed would be undone twice': 'その変更を二重に取り消すことになります',
}
