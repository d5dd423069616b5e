import type { Phrases } from '../say.ts'

/** What is refused before anything is done: the command line, hosts and daemons of a lab, runs that are in the way. */
export const REFUSALS: Phrases = {
  // The command line's own words
  'unknown option {option}': 'オプション{option}はありません',
  'unknown option {option} (Did you mean {other}?)':
    'オプション{option}はありません（{other}のことですか?）',
  'unknown option {option} (Did you mean one of {others…}?)':
    'オプション{option}はありません（{others…}のどれかですか?）',
  'unknown command {command}': 'コマンド{command}はありません',
  'unknown command {command} (Did you mean {other}?)':
    'コマンド{command}はありません（{other}のことですか?）',
  'unknown command {command} (Did you mean one of {others…}?)':
    'コマンド{command}はありません（{others…}のどれかですか?）',
  'missing required argument {argument}': '引数{argument}が必要です',
  "option '{option…}' argument missing": 'オプション{option…}に値が必要です',
  "option '{option…}' argument {value} is invalid. Allowed choices are {choices…}.":
    'オプション{option…}の値{value}は使えません。使えるのは{choices…}です',
  'command-argument value {value} is invalid for argument {argument}. Allowed choices are {choices…}.':
    '引数{argument}の値{value}は使えません。使えるのは{choices…}です',
  'too many arguments for {command}. Expected {wanted} argument but got {given}: {words…}.':
    '{command}の引数が多すぎます: {wanted}個のところ{given}個あります（{words…}）',
  'too many arguments for {command}. Expected {wanted} arguments but got {given}: {words…}.':
    '{command}の引数が多すぎます: {wanted}個のところ{given}個あります（{words…}）',

  'there is no command {command}': 'コマンド{command}はありません',
  'the commands, nearest first: {commands…}': '近い順のコマンド: {commands…}',
  '{command} what? {below…}': '{command}のあとに必要です: {below…}',
  '{option} stands before {name…} and would be ignored':
    '{option}が{name…}の前にあるため、無視されます',
  'leave it out: {name…} has no {option}': '外す（{name…}に{option}はない）',
  '{option} {value} is not a whole number from 1 to {most}':
    '{option} {value}は1から{most}までの整数ではありません',
  '{command…} --help\n# shows the commands, and each one’s --help its options':
    '{command…} --help\n# コマンドの一覧。オプションは各コマンドの--helpで表示されます',
  '--save keeps the plan of a dry-run, and this is not one':
    '--saveが保存するのはドライランの計画で、これはドライランではありません',
  'add --dry-run, and it is kept': '--dry-runを付ければ保存される',
  '--plan carries out what is in its file; {options…} says something else':
    '--planはファイルの内容どおりに実行するもので、{options…}と矛盾します',
  '--save keeps the plan of a new run; --resume continues an earlier one':
    '--saveが保存するのは新しい実行の計画で、--resumeは以前の実行の続きです',
  '--from and --only do not go with --resume': '--fromと--onlyは--resumeと一緒に使えません',
  'give one of them and leave the other out': 'どちらか一方だけを指定する',
  '--step-by-step waits for Enter at a terminal, and this is none':
    '--step-by-stepは端末でEnterを待ちますが、これは端末ではありません',
  'leave it out, or run it at a terminal without --json': '外すか、--jsonなしで端末から実行する',
  'this is Node {version}, and {oldest} is the oldest that works':
    'これはNode {version}です。{oldest}以降が必要です',
  'npm ci && npx tsx run.ts\n# brings and uses a newer one':
    'npm ci && npx tsx run.ts\n# 新しいNodeがインストールされ、使われます',

  // Steps and codes
  'there is no step {step}': 'ステップ{step}はありません',
  'known steps, nearest first: {steps…}': '近い順のステップ: {steps…}',
  '{command…} steps\n# shows what each of them does':
    '{command…} steps\n# それぞれの内容を確認できます',
  'there is no failure {code}': '障害{code}はありません',
  'docs/failures.md has all of them': 'docs/failures.ja.mdに一覧がある',
  'rollback {run} goes back to {step…}, not to {asked}':
    'ロールバック{run}の戻り先は{asked}ではなく{step…}です',
  'before the first run': '最初の実行の前',
  'leave out --to to resume it, or --resume to begin another rollback':
    '再開するなら--toを、新しいロールバックを始めるなら--resumeを外す',
  'run {run} was carrying out a saved plan and can only be resumed with that one':
    '実行{run}は保存した計画によるもので、同じ計画でしか再開できません',
  'run {run} was not carrying out that plan and cannot be resumed with it':
    '実行{run}はその計画によるものではないので、その計画では再開できません',
  'leave out --plan to resume the run, or --resume to start a new run with the plan':
    '再開するなら--planを、計画で新しく実行するなら--resumeを外す',
  'give its file as well: --resume --plan FILE; or start a new run without --resume, bound to no plan':
    '--resume --plan FILEと、そのファイルも指定する。または--resumeなしで新しく実行する',
  'the journal names a step that this version does not know: {step}':
    'ジャーナルに、このバージョンにないステップがあります: {step}',
  'another version of this program made that change; only it knows how to undo it':
    '別のバージョンによる変更で、取り消し方はそのバージョンにしか分かりません',
  'undo with the version that wrote the journal': 'ジャーナルを書いたバージョンで取り消す',
  'there is no unfinished run to resume': '再開できる未完了の実行はありません',
  'start a run without --resume': '--resumeなしで実行する',
  'no rollback of the {list} is unfinished, so there is none to resume':
    '{list}の未完了のロールバックはないので、再開できません',
  'leave out --resume to begin a rollback': '--resumeを外してロールバックを始める',
  'run {run} is unfinished, and is not a rollback':
    '実行{run}が未完了で、ロールバックではありません',
  '{command…} --resume\n# continues it; to undo it: {other…} rollback':
    '{command…} --resume\n# 続きを実行します。取り消すなら: {other…} rollback',
  'the inventory has changed since run {run} began':
    '実行{run}の開始後に、インベントリーが変更されています',
  'restore the inventory, or start a new run without --resume: what is half done is closed first':
    'インベントリーを元に戻すか、--resumeなしで新しく実行する（途中のものは先に片付けられる）',
  '{step} needs what {after} makes: {why…}': '{step}には{after}の結果が必要です: {why…}',
  '{step} does not hold, and --from leaves the steps before it as they are':
    '{step}が期待どおりではありません。--fromはそれより前のステップを変更しません',
  'run all steps: {command…}': '全ステップを実行する: {command…}',

  // Hosts, daemons and faults of a lab
  'the lab has no host {host}': 'ラボにホスト{host}はありません',
  'its hosts: {hosts…}': 'ホスト: {hosts…}',
  '{host} has no daemon {daemon}': '{host}にデーモン{daemon}はありません',
  'its daemons: {daemons…}': 'デーモン: {daemons…}',
  '{daemon} on {host} was restarted.': '{host}の{daemon}を再起動しました。',
  '{daemon} on {host} ended as soon as it was started':
    '{host}の{daemon}が、起動直後に終了しました',
  'known faults, nearest first: {faults…}': '近い順の障害: {faults…}',
  '{command…} lab faults\n# shows what each of them does':
    '{command…} lab faults\n# それぞれの内容を確認できます',
  'no fault is on': '障害は入っていません',
  'on: {faults…}': '入っている障害: {faults…}',
  '{command…} lab faults\n# shows which are; to take all of them off: {other…} lab mend':
    '{command…} lab faults\n# 入っている障害を確認できます。すべて外すには: {other…} lab mend',
  '{path} is not an exercise of this version': '{path}はこのバージョンの演習ではありません',

  // Other runs, and files of this program
  'another run is in progress: {run} of {user}@{host}, at {step…}, since {since}':
    '別の実行が進行中です: {user}@{host}の{run}（{step…}、{since}から）',
  'another run is in progress: {holder…}': '別の実行が進行中です: {holder…}',
  'process {pid} on {host}, lock {path}': '{host}のプロセス{pid}、ロック{path}',
  'it runs on another host or in another container: whether it is still alive cannot be seen from here':
    '別のホストまたは別のコンテナーで動いているため、まだ動いているかここからは分かりません',
  'wait until it ends, or stop it: kill -INT {pid}': '終わるのを待つか、停止する: kill -INT {pid}',
  'wait until it ends; if it is over, remove its lock: rm {path}':
    '終わるのを待つ。すでに終わっているなら、ロックを削除する: rm {path}',
  'wait until it ends, or stop it where it runs; to see where it is: {command…}':
    '終わるのを待つか、動いている場所で停止する。状況を見るには: {command…}',
  'the lock {path} is held, and it does not say by whom':
    'ロック{path}が使用中で、使っているのが誰か記録されていません',
  'make sure that no other run is in progress, then remove it: rm {path}':
    'ほかに実行中のものがないことを確かめてから、削除する: rm {path}',
  '{file} exists already, and {option} never overwrites another file':
    '{file}はすでに存在し、{option}は既存のファイルを上書きしません',
  'give {option} another name, or move that file away':
    '{option}に別の名前を指定するか、そのファイルを移動する',
  'the folder of {file} is not there': '{file}のフォルダーがありません',
  'mkdir -p {folder}, or give {option} another place':
    'mkdir -p {folder}\n# または{option}に別の場所を指定する',
  '{folder} has the report of an earlier run already':
    '{folder}には以前の実行のレポートがすでにあります',
  'give --report another folder, or move that one away: mv {from} {to}':
    '--reportに別のフォルダーを指定するか、移動する: mv {from} {to}',
  '{folder} was taken away': '{folder}がなくなりました',
  'give --report a folder that stays': '--reportに、なくならないフォルダーを指定する',
  '{file} is larger than any run.jsonl': '{file}がrun.jsonlとしては大きすぎます',
  'look at it: ls -l {file}': '内容を確認する: ls -l {file}',
  'the lock {path} was removed while this run was in progress':
    '実行中にロック{path}が削除されました',
  'another run may have begun since; continuing could undo its work':
    'その後に別の実行が始まっている可能性があり、続けるとその結果を取り消すおそれがあります',
  'make sure that no other run is in progress, then continue with {command…}':
    'ほかに実行中のものがないことを確かめて再開する: {command…}',
}
