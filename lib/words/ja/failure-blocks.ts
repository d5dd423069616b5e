import type { Phrases } from '../say.ts'

/** Labels of a failure and of what `explain` says, in columns of their own, and what stands there whatever has failed. */
export const FAILURE_BLOCKS: Phrases = {
  problem: '問題',
  seen: '観測',
  cause: '原因',
  try: '対処',
  also: 'ほかに',
  'ruled out': '除外',
  more: '詳細',
  'go on': '再開',
  'caused by': '発生元',
  please: 'お願い',
  '[{code}] {cause…}': '[{code}] {cause…}',
  'unknown: no known failure fits what was seen':
    '不明: 観測結果に当てはまる既知の障害はありません',
  'nothing: this step had changed nothing': 'なし: このステップは何も変更していません',
  'nothing: an interrupted step is left as it is': 'なし: 中断したステップはそのまま残しています',
  'ended by SIGTERM': 'SIGTERMで終了しました',
  'the terminal was closed (SIGHUP)': '端末が閉じられました（SIGHUP）',
  'interrupted by Ctrl-C': 'Ctrl-Cで中断されました',
  'stopped before {step}, as asked': '指示どおり{step}の前で停止しました',
  'timed out after {seconds} s waiting for {what…}':
    '{seconds}秒待ちましたが、{what…}を確認できませんでした',
  'This is a bug in hardway: {error…}': 'これはhardwayのバグです: {error…}',
  'report it together with this text; what was done so far is in the journal':
    'この出力を添えて報告してください。ここまでの実行内容はジャーナルに残っています',

  'What you see': '症状',
  'How it is proven': '判定の根拠',
  Cure: '対処',
  'Try it': '試すには',
  'chapter {section}': '章 {section}',
  satisfied: '完了条件',
  undo: '取り消し',
  'only this step': 'このステップだけ実行',
  'The lab (the chapters before)': 'ラボ（この章より前の章）',
  'Chapter 14, CoreDNS': '第14章 CoreDNS',
}
