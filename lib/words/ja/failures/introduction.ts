import type { Phrases } from '../../say.ts'

/** What stands before all failures in docs/failures.ja.md. */
export const FAILURES_INTRODUCTION: Phrases = {
  [`# Failures by their codes

<!-- Written by \`npm run docs\` from the rules in lib/diagnosis/rules and the faults in steps/faults. -->

When a step fails, evidence is gathered once, and every rule looks for its own failure in it. What was observed directly
comes before what is only inferred from its effects; among equals the lower layer comes first (hosts, objects, pods, server,
network, Service, client), because the upper ones rest on it. If no rule matches, the cause is reported as unknown.
\`npx tsx run.ts explain E3\` prints a section of this page.

Some proofs give two ways: what shows it on a host, and what its effects show where hosts cannot be inspected.`]:
    `# 障害コード一覧

<!-- Written by \`npm run docs\` from the rules in lib/diagnosis/rules and the faults in steps/faults. -->

[English](failures.md)

ステップが失敗すると証拠を一度だけ集め、すべてのルールがその中から自分の障害を探します。直接観測したものは、影響から推定しただけのものより
先に示します。同じ確かさなら、下の層を先に示します（ホスト、オブジェクト、Pod、サーバー、ネットワーク、Service、クライアントの順）。上の層は
下の層の上に成り立つからです。どのルールにも当てはまらなければ、原因は不明と報告します。
\`npx tsx run.ts explain E3 --lang ja\`で、このページの該当する節を表示できます。

判定の根拠には2通り書かれているものがあります。ホスト上で直接分かる方法と、ホストを見られないときに影響から分かる方法です。`,
}
