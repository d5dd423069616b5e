import type { Phrases } from '../say.ts'

/** The words of a run's list, its plan, its failures and its end. */
export const BOARD: Phrases = {
  ' ': '',
  ', ': '、',
  '.': '。',
  '“{word…}”': '「{word…}」',
  '{count} s': '{count}秒',
  '{minutes} min {seconds} s': '{minutes}分{seconds}秒',

  // The head
  'chapter 14 CoreDNS': '第14章 CoreDNS',
  'dry run': 'ドライラン',
  verify: '検証',
  rollback: 'ロールバック',
  lab: 'ラボ',
  faults: '障害',
  'cluster DNS': 'クラスターDNS',
  'target lab {name}: {controllers} controller, {workers} worker':
    '対象: ラボ{name}（コントローラー{controllers}台、ワーカー{workers}台）',
  'target lab {name}: {controllers} controller, {workers} workers':
    '対象: ラボ{name}（コントローラー{controllers}台、ワーカー{workers}台）',
  'target lab {name}: {controllers} controllers, {workers} worker':
    '対象: ラボ{name}（コントローラー{controllers}台、ワーカー{workers}台）',
  'target lab {name}: {controllers} controllers, {workers} workers':
    '対象: ラボ{name}（コントローラー{controllers}台、ワーカー{workers}台）',
  'target {context}: {server} as {user…}': '対象: {context}（{server}、ユーザー{user…}）',

  // The list
  Lab: 'ラボ',
  '{done} of {all}': '{done}/{all}',
  'not finished': '未完了',
  '{count} step, nothing to do': '{count}ステップ、変更不要',
  '{count} steps, nothing to do': '{count}ステップ、変更不要',
  '{count} step, all as wanted': '{count}ステップ、すべて期待どおり',
  '{count} steps, all as wanted': '{count}ステップ、すべて期待どおり',
  '{count} step: {tally…}': '{count}ステップ（{tally…}）',
  '{count} steps: {tally…}': '{count}ステップ（{tally…}）',

  // How a step ended
  unchanged: '変更なし',
  done: '完了',
  proven: '証明済み',
  drifted: '差異あり',
  failed: '失敗',
  interrupted: '中断',
  undone: '取り消し',
  skipped: 'スキップ',
  'not known yet': 'まだ不明',
  'cannot be done': '実行不可',
  'would change': '変更予定',
  'would wait': '待機予定',
  'would be undone': '取り消し予定',
  'nothing to undo': '取り消すものなし',
  '{why…} (known after {step})': '{why…}（{step}のあとに判明）',
  'waits for {what…}': '{what…}を待つ',
  '{count} to create': '作成{count}件',
  '{count} to change': '変更{count}件',
  '{count} to delete': '削除{count}件',
  '{count} to run': '実行{count}件',
  '> run {command…}': '> 実行 {command…}',
  '… wait for {what…}': '… {what…}を待つ',
  'left to {owner…}': '{owner…}に任せる',
  'owned by {owner…}': '所有者 {owner…}',
  'owned by {owner…}: taken over': '所有者 {owner…}: 引き継ぐ',
  'owned by {owner…}: in the way': '所有者 {owner…}: 競合',
  '{count} more lines': 'ほか{count}行',

  // What became of the steps
  '{count} changed': '変更{count}',
  '{count} unchanged': '変更なし{count}',
  '{count} undone': '取り消し{count}',
  '{count} as wanted': '期待どおり{count}',
  '{count} drifted': '差異あり{count}',
  '{count} would change': '変更予定{count}',
  '{count} would wait': '待機予定{count}',
  '{count} not known yet': '不明{count}',
  '{count} failed': '失敗{count}',
  '{count} interrupted': '中断{count}',
  '{count} left out': '対象外{count}',
  '{count} not reached': '未到達{count}',

  // The end
  'Interrupted after {time…}: {state…}.': '{time…}で中断しました: {state…}。',
  'Interrupted after {time…}.': '{time…}で中断しました。',
  'Not healthy, found in {time…}: {state…} ({sent…}).':
    '異常があります（{time…}で確認）: {state…}（{sent…}）。',
  'Not healthy, found in {time…}: {state…}.': '異常があります（{time…}で確認）: {state…}。',
  'Failed after {time…}: {state…}.': '{time…}で失敗しました: {state…}。',
  'Failed after {time…}.': '{time…}で失敗しました。',
  'Proven in {time…}: {state…}.': '{time…}で証明しました: {state…}。',
  'nothing to change, {count} steps as wanted': '変更不要、{count}ステップすべて期待どおり',
  'nothing to change, {count} step as wanted': '変更不要、{count}ステップすべて期待どおり',
  'Verified in {time…}: {state…} ({sent…}).': '{time…}で検証しました: {state…}（{sent…}）。',
  'Drifted, found in {time…}: {state…} ({sent…}).':
    '差異があります（{time…}で確認）: {state…}（{sent…}）。',
  'Could not be verified, tried for {time…}: {state…} ({sent…}).':
    '検証できませんでした（{time…}試行）: {state…}（{sent…}）。',
  'Could not be verified, tried for {time…} ({sent…}).':
    '検証できませんでした（{time…}試行、{sent…}）。',
  'Look at {steps…}.': '{steps…}を確認してください。',
  'Rollback failed after {time…}: {state…}.': '{time…}でロールバックに失敗しました: {state…}。',
  'Rollback failed after {time…}.': '{time…}でロールバックに失敗しました。',
  'Rolled back in {time…}: there was nothing to undo.':
    '{time…}でロールバックしました: 取り消すものはありませんでした。',
  'Rolled back in {time…}: {state…}.': '{time…}でロールバックしました: {state…}。',
  'Dry run: {what…}': 'ドライラン: {what…}',
  'nothing was written ({sent…}).': '何も書き込んでいません（{sent…}）。',
  '{writes…} went through ({sent…}). This is a bug in hardway: please report it.':
    '{writes…}が実行されました（{sent…}）。これはhardwayのバグです。報告をお願いします。',
  'A run would fail at {steps…} now; the reason is shown there.':
    '今実行すると{steps…}で失敗します。理由はそこに示してあります。',
  '{count} read': '読み取り{count}',
  '{count} reads': '読み取り{count}',
  '{count} dry-run request': 'ドライラン要求{count}',
  '{count} dry-run requests': 'ドライラン要求{count}',
  '{count} write': '書き込み{count}',
  '{count} writes': '書き込み{count}',
  '{count} on the machine': 'このマシンへの書き込み{count}',
  'There is nothing to undo.': '取り消すものはありません。',
  'Nothing would change: {count} step as wanted.':
    '変更はありません: {count}ステップすべて期待どおり。',
  'Nothing would change: {count} steps as wanted.':
    '変更はありません: {count}ステップすべて期待どおり。',
  '{count} step would change': '変更されるステップ{count}',
  '{count} steps would change': '変更されるステップ{count}',
  '{count} would only wait': '待つだけ{count}',
  '{count} has nothing to do': '変更不要{count}',
  '{count} have nothing to do': '変更不要{count}',
  '{count} can only be known later': '後で判明{count}',
  'Undo: {command…}': '取り消すには: {command…}',
  'Undo the runs before as well: {command…}': 'それ以前の実行も取り消すには: {command…}',
  'Saved in {file}. To carry out exactly this: {command…}':
    '{file}に保存しました。このとおりに実行するには: {command…}',
  '{folder} has the report: run.jsonl, {files…}':
    '{folder}にレポートがあります: run.jsonl、{files…}',
  'The {count} steps after it were not looked at: they ask the same cluster.':
    '後続の{count}ステップは、同じクラスターへの問い合わせなので確認していません。',
  '{stopping…}; a second time stops at once': '{stopping…}。もう一度押すとすぐに停止します',
  'stopping after what is in flight': '実行中の処理が終わりしだい停止します',
  'taking the probes away': 'プローブを片付けています',
  'The probes were taken away.': 'プローブを片付けました。',
  'Steps that cannot be planned yet may then read, and write nothing.':
    'まだ計画できないステップは、その際に読み取りはしますが、何も書き込みません。',
  'Nobody asked the DNS while it changed: {why…}.':
    '変更中のDNSへの問い合わせは行われませんでした: {why…}。',
  'No times were measured from {nodes…}, where nslookup asked: {why…}.':
    '{nodes…}からはnslookupで問い合わせたため、時間は測っていません: {why…}。',
  'their probes have no prober; a run puts it there where it can be had':
    'プローブにproberがない（用意できれば次の実行で入れる）',
  'its probe has no volume for the prober, as those of earlier versions; after a rollback the next run makes one that has':
    '以前のバージョンのプローブで、proberを入れるボリュームがない（rollbackの後の実行で、ボリュームのあるものを作る）',
  'the prober could not be put into its probe: {why…}':
    'プローブにproberを入れられなかった: {why…}',
  'it does not run there': 'そこでは動かない',
  'the connection was lost': '接続が切れた',
  'it ended with code {code}': '終了コード{code}で終わった',
  'the prober was gone right after it was put there': '入れたproberがすぐになくなった',
  'its kubelet does not tell its architecture': 'kubeletがアーキテクチャを知らせていない',
  'there is no prober for {arch} machines': '{arch}のマシン用のproberはない',
  'the prober is not in the cache, and there is no Go on this machine; with Go {version} or newer (go.dev/dl) it is built, once':
    'proberがキャッシュになく、このマシンにはGoもない（Go {version}以降（go.dev/dl）があれば一度だけビルドする）',
  'the prober is not in the cache, and {go} is too old; with Go {version} or newer (go.dev/dl) it is built, once':
    'proberがキャッシュになく、{go}は古すぎる（Go {version}以降（go.dev/dl）があれば一度だけビルドする）',
  'building the prober took longer than {count} s; what is compiled is kept, so that the next time takes less':
    'proberのビルドが{count}秒で終わらなかった（コンパイル済みの分は残るので、次回は短くなる）',
  'the prober could not be built: {why…}': 'proberをビルドできなかった: {why…}',
  'Probes that an earlier prove had left were removed.':
    '以前のproveが残したプローブを削除しました。',

  // A Corefile on its way to another CoreDNS.
  '= {key} of {name}, {told…}': '= {name}の{key}: {told…}',
  '= {key} of {name}: CoreDNS {version} loads it, as a trial on this machine has shown':
    '= {name}の{key}: CoreDNS {version}で読み込めることをこのマシンで試して確認',
  '= {key} of {name}: whether CoreDNS {version} loads it was not tried: {why…}':
    '= {name}の{key}: CoreDNS {version}で読み込めるかは試していない（{why…}）',
  'line {line}, {told…}': '{line}行目 {told…}',
  '{text…}: kept, as it was made by hand': '{text…}: 手作業の変更なので残す',
  '{text…}: left out, as by hand': '{text…}: 手作業で外されているので入れない',
  '{text…}: left out, refused {since…}; it had no effect any more':
    '{text…}: 外す（効果はすでになく、{since…}は拒否される）',
  '{text…}: becomes forward, as proxy is gone {since…}':
    '{text…}: forwardになる（proxyは{since…}ない）',
  '{text…}: becomes the plugin transfer, as {plugin} has it no longer {since…}':
    '{text…}: プラグインtransferになる（{since…}、{plugin}にはない）',
  'since CoreDNS {version} (its release notes)': 'CoreDNS {version}以降（リリースノート）',

  // What runs in a lab.
  'The lab {name} is up.': 'ラボ{name}は動いています。',
  'The lab {name} is down. Build it: {command…} lab up':
    'ラボ{name}は停止しています。構築するには:\n{command…} lab up',
  'The lab {name} is broken; repair it: {command…} lab up':
    'ラボ{name}は壊れています。修復するには:\n{command…} lab up',
  '{daemon} NOT RUNNING': '{daemon} 停止中',
  'Their logs:': 'ログ:',
}
