import type { Phrases } from '../say.ts'

/** Asking at a steady rate: `watch`, and what was lost while DNS changed. */
export const ASKING: Phrases = {
  watch: '監視',
  'asking {server} for {name}, {rate} times a second from each worker; Ctrl-C ends it':
    '各ワーカーから毎秒{rate}回、{server}に{name}を問い合わせています。Ctrl-Cで終了します',

  'from {time} UTC, a second each': '{time} UTCから、1文字1秒',
  'from {time} UTC, {count} s each': '{time} UTCから、1文字{count}秒',
  '{count} asked': '問い合わせ{count}件',
  '{count} lost': '損失{count}件',
  '{count} lost at {when…}': '損失{count}件（{when…}）',
  '{count} lost at {when…} ({why…})': '損失{count}件（{when…}、{why…}）',
  '{count} lost ({share} %)': '損失{count}件（{share}%）',
  '{count} answered wrongly': '誤った応答{count}件',
  '{count} answered wrongly at {when…}': '誤った応答{count}件（{when…}）',
  '{count} still open at the end': '終了時に応答待ち{count}件',
  'slowest {ms} ms': '最も遅い応答{ms}ミリ秒',
  'slowest {ms} ms at {time}': '最も遅い応答{ms}ミリ秒（{time}）',
  'slowest {ms} ms from {worker} at {time} UTC': '最も遅い応答{ms}ミリ秒（{worker}、{time} UTC）',
  '{count} questions, {rate} a second from {worker}':
    '問い合わせ合計{count}件（{worker}から毎秒{rate}件）',
  '{count} questions, {rate} a second from each of {workers} workers':
    '問い合わせ合計{count}件（ワーカー{workers}台から毎秒{rate}件ずつ）',
  '{time} {worker}: {lost} of {sent} lost': '{time} {worker}: {sent}件中{lost}件損失',
  '{time} {worker}: {lost} of {sent} lost ({why…})':
    '{time} {worker}: {sent}件中{lost}件損失（{why…}）',

  'its probe: {why…}': 'プローブ: {why…}',
  'its probe has no {program}': 'プローブに{program}がない',
  'no probe of the chapter runs there': 'この章のプローブが動いていない',
  'no node is ready': 'Readyなノードがない',
  'who could ask was not told within {seconds} s': '問い合わせ元が{seconds}秒以内に決まらなかった',
  'its time is over': '指定した時間が過ぎました',

  'this cluster has no DNS of its own that could be asked':
    'このクラスターには、問い合わせできるDNSがありません',
  'kubectl get services,pods -A | grep -i dns\n# shows what there is':
    'kubectl get services,pods -A | grep -i dns\n# 何があるかを確認できます',
  'nobody can ask at a steady rate from any worker: no pod there has the prober':
    '一定の間隔で問い合わせできるワーカーがありません: proberのあるPodがありません',
  'nslookup of busybox starts a process for each question and measures no times, so it cannot take its place':
    'busyboxのnslookupは問い合わせごとにプロセスを起動し、時間も測らないので、代わりになりません',
}
