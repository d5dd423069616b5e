import type { Phrases } from '../say.ts'

/** Two reports compared, and what the cache keeps. */
export const REPORTS: Phrases = {
  old: '旧',
  new: '新',
  run: '実行',
  'worse ({count})': '悪化（{count}）',
  'slower ({count})': '低速化（{count}）',
  'better ({count})': '改善（{count}）',
  'new ({count})': '新規（{count}）',
  'gone ({count})': '消失（{count}）',
  '{count} worse': '悪化{count}',
  '{count} slower': '低速化{count}',
  '{count} better': '改善{count}',
  '{count} new': '新規{count}',
  '{count} gone': '消失{count}',
  '{count} the same': '変化なし{count}',
  'Something got worse: {counts…}.': '悪化したものがあります: {counts…}。',
  'Nothing got worse: {counts…}.': '悪化したものはありません: {counts…}。',
  'not reached': '未到達',
  'as wanted': '期待どおり',
  'not proven': '証明できず',
  ', large packets get lost': '、大きなパケットは失われる',
  'cause {code} at {subject…}': '{subject…}の原因{code}',
  '{answered} of {asked} answered': '{asked}件中{answered}件応答',
  'the run itself': '実行そのもの',
  'has no end': '終わっていない',
  ended: '終了',
  'could not begin': '開始できず',
  '{worker} -> pod on {node} {protocol}': '{worker} -> {node}のPod {protocol}',
  '{worker} -> pod on {node} ({times}) {protocol}': '{worker} -> {node}のPod（{times}） {protocol}',
  '{report} is the report of a {mode…}, which proves nothing':
    '{report}は{mode…}のレポートで、何も証明しません',
  'compare reports of a run, of verify or of prove':
    '実行、verify、proveのいずれかのレポートを比較する',
  'there is no report in {folder}: {file} is not there':
    '{folder}にレポートがありません: {file}がありません',
  'give the folder that a --report was written into': '--reportで書き出したフォルダーを指定する',

  'in {folder}': '合計（{folder}）',
  'deleted from {folder}': '削除した合計（{folder}）',
  'programs, unfinished': 'プログラム（未完成）',
  'programs, release {version}, {url}': 'プログラム（リリース{version}、{url}）',
  'programs, built from {modules…} with {go}': 'プログラム（{go}で{modules…}からビルド）',
  'programs, unpacked from {packages…}': 'プログラム（パッケージ{packages…}から展開）',
  'programs, installed on this machine, {paths…}':
    'プログラム（このマシンにインストール済み、{paths…}）',
  'image {name}': 'イメージ{name}',
  'a download': 'ダウンロードしたもの',
  'what Go has compiled; without it a build takes about ten minutes':
    'Goのコンパイル結果（ないとビルドに約10分かかる）',
  'Go modules': 'Goモジュール',
  'package lists of the distribution': 'ディストリビューションのパッケージ一覧',
  'this program bundled and compiled; without it a start takes twice as long':
    'まとめてコンパイルしたこのプログラム（ないと起動に2倍の時間がかかる）',
  'process {pid} is filling the cache': 'プロセス{pid}がキャッシュに書き込んでいます',
  'wait for it, or end it: kill {pid}': '終わるのを待つか、終了させる: kill {pid}',
}
