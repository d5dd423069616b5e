import type { Phrases } from '../say.ts'

/** Reading along step by step, and exercises. */
export const LEARNING: Phrases = {
  'Enter go on': 'Enter 進む',
  'e explain more': 'e 詳しい説明',
  's HOST a shell there': 's HOST そのホストのシェル',
  'q stop': 'q 中止',
  '{word} is none of them': '{word}は選択肢にありません',
  'a shell where? {hosts…}': 'どのホストのシェルですか? {hosts…}',
  'only a lab has shells, and the inventory names a cluster of yours':
    'シェルを開けるのはラボだけです。インベントリーが指しているのは既存のクラスターです',

  'Exercise of level {level}, seed {seed}: something is wrong with cluster DNS, or with what it rests on.':
    '演習（レベル{level}、シード{seed}）: クラスターDNSか、その土台のどこかに障害があります。',
  'Exercise of level {level}, seed {seed}: two things at once are wrong with cluster DNS, or with what it rests on.':
    '演習（レベル{level}、シード{seed}）: クラスターDNSか、その土台に、同時に2つの障害があります。',
  'Find out why, and put it right where it went wrong.':
    '原因を突き止め、おかしくなった箇所そのものを直してください。',
  'what does not work': '何が動かないかを調べる',
  'the cluster, as its admin': 'クラスターを管理者として操作する',
  'a host': 'ホストに入る',
  'what systemctl restart does': 'systemctl restartにあたる操作',
  'one more hint': 'ヒントを1つ見る',
  'is it solved?': '解決したかを確認する',
  'give up, and be told what it was': 'あきらめて答えを見る',
  'an exercise is on already': '演習はすでに始まっています',
  'no exercise is on': '演習は始まっていません',
  '{command…} lab check\n# or, to give it up and be told what it was: {other…} lab mend':
    '{command…} lab check\n# あきらめて答えを見るなら: {other…} lab mend',
  'a fault is on already, and an exercise begins with a lab in which nothing is wrong':
    'すでに障害が入っています。演習は正常なラボから始めます',
  'an exercise begins with a lab in which nothing is wrong, and this one is not so':
    '演習は正常なラボから始めますが、このラボには異常があります',
  '{command…}\n# when that says proven, set the exercise again':
    '{command…}\n# 証明されたら、もう一度演習を始める',
  'the exercise could not be set, and nothing of it was left':
    '演習を準備できませんでした。途中のものはすべて元に戻してあります',
  '{command…} lab exercise\n# with another --seed':
    '{command…} lab exercise\n# --seedには別の数を指定する',

  'Hint {told} of {all}, {rung…}: {text…}': 'ヒント{told}/{all}・{rung…}: {text…}',
  symptom: '症状',
  layer: '層',
  'where to look': '調べる場所',
  'what to do': '対処',
  'That was the last hint. Whether it is solved: {command…}':
    'ヒントはこれで最後です。確認するには: {command…}',

  '{count} hint': 'ヒント{count}回',
  '{count} hints': 'ヒント{count}回',
  'Not solved yet ({used…}):': 'まだ解決していません（{used…}）:',
  'Solved ({used…}).': '解決しました（{used…}）。',
  'what was put wrong is not yet as it was before': '障害を入れた箇所が、まだ元に戻っていません',
  '{what…} is not as wanted': '{what…}が期待どおりではありません',
  '{what…} was not there before': '{what…}は前にはありませんでした',
  '{what…} is gone': '{what…}がなくなっています',
  '{field…} is {now…} and was {before…}': '{field…}が{before…}から{now…}に変わっています',
  'It was {fault}: [{code}] {name…}.': '正解は{fault}: [{code}] {name…}。',
  'It was {fault}.': '正解は{fault}です。',
  'How that comes about, in chapter {section}: {command…}':
    'こうなる操作の例（{section}章）: {command…}',
  'More of it: {command…}': '詳しくは: {command…}',
  'lab check wants the objects as they were before, which is how {file} has them.':
    'lab checkは、オブジェクトが障害の前と同じ状態に戻ったかを見ます（{file}にある内容です）。',
  'Looking whether nothing is wrong': '異常がないか確認中',
  'Looking whether all is as it was': '元どおりか確認中',
  'Putting it wrong; that may take a minute …': '障害を準備中（1分ほどかかることがあります）…',
  'The exercise is given up.': '演習を終了しました。',
  'An exercise is on: lab hint, lab check, or lab mend to give it up.':
    '演習中です: lab hint、lab check、あきらめるならlab mend。',
  'What the exercise has changed counts as wanted until it is solved.':
    '演習で変わった箇所は、解決するまで期待どおりと見なしています。',
  'an exercise is on: {why…}': '演習中です: {why…}',
  'another fault would be no part of it': '別の障害を入れると、この演習ではなくなります',
  'what it has put on is cured by hand, and not taken off one by one':
    '入っている障害は手で直すもので、1つずつ外すことはできません',
  'only a lab in which nothing is wrong is rolled back':
    'ロールバックできるのは、障害のないラボだけです',
}
