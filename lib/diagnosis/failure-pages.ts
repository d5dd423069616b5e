import { byNearness } from '../core/nearest.ts'
import { InputError } from '../core/errors.ts'
import { asWritten, type Say } from '../words/say.ts'
import { RULES } from './rank.ts'
import type { Rule } from './rule.ts'

/** A fault of `lab break`, by which a failure can be tried. */
export type Trial = {
  readonly id: string
  readonly code: string | null
}

/** What stands before all failures. */
export const INTRODUCTION = `# Failures by their codes

<!-- Written by \`npm run docs\` from the rules in lib/diagnosis/rules and the faults in steps/faults. -->

When a step fails, evidence is gathered once, and every rule looks for its own failure in it. What was observed directly
comes before what is only inferred from its effects; among equals the lower layer comes first (hosts, objects, pods, server,
network, Service, client), because the upper ones rest on it. If no rule matches, the cause is reported as unknown.
\`npx tsx run.ts explain E3\` prints a section of this page.

Some proofs give two ways: what shows it on a host, and what its effects show where hosts cannot be inspected.`

/** The families of failures by the letters of their codes. */
const FAMILIES = `A. Pods do not start
Nobody answers yet: a pod is not created, gets no node, or its containers do not run.

B. CoreDNS cannot read the API
CoreDNS runs but knows no names, because it cannot reach an API server or is refused by it.

C. CoreDNS and its Corefile
CoreDNS does not understand its configuration, or serves something else because of it.

D. The Service, and filters on the way
CoreDNS answers at the addresses of its pods, but not at that of the Service.

E. The pod network
Packets do not get from pod to pod: the work of chapter 13.

F. The client’s side
DNS works, but some pods do not ask it, or ask it in the wrong way.

G. The way to look
exec, logs and port-forward fail, and everything else is diagnosed through them.`.split('\n\n')

/** A2 before A10. */
const SORTED = RULES.toSorted((a, b) => a.code.localeCompare(b.code, 'en', { numeric: true }))

/** docs/failures.md, or the same in another language: all failures, family by family. */
export function failuresText(faults: readonly Trial[], say: Say = asWritten): string {
  const families = FAMILIES.map((family) => {
    const letter = family.charAt(0)
    const rules = SORTED.filter(({ code }) => code.startsWith(letter))
    const [, title = '', about = ''] = /^(.*?): (.*)$/.exec(say(familyOf(`${letter}1`))) ?? []
    const pages = rules.map(
      (rule) => `<a id="${rule.code}"></a>\n\n${failurePage(rule, faults, say)}`,
    )
    return [`## ${letter}. ${title}`, about, ...pages].join('\n\n')
  })
  return `${[say(INTRODUCTION), ...families].join('\n\n')}\n`
}

function failurePage(rule: Rule, faults: readonly Trial[], say: Say): string {
  const parts = partsOf(rule, faults, 'npx tsx run.ts')
  const lines = parts.map(([label, text]) => `- **${say(label)}:** ${say(text)}`)
  return [`### ${rule.code}: ${say(rule.name)}`, '', ...lines].join('\n')
}

/** What a user sees, what shows it, what cures it, and how to try it; each with its label, in Markdown. */
export function partsOf(
  { code, symptom, proof, cure }: Rule,
  faults: readonly Trial[],
  program: string,
): readonly (readonly [label: string, text: string])[] {
  const trials = faults.filter((fault) => fault.code === code)
  const commands = trials.map(({ id }) => `\`${program} lab break ${id}\``)
  return [
    ['What you see', symptom],
    ['How it is proven', proof],
    ['Cure', cure],
    ...(trials.length === 0 ? [] : [['Try it', commands.join(' or ')] as const]),
  ]
}

/** The family of a failure in two sentences: where it sits, and what that means. @throws InputError */
export function familyOf(code: string): string {
  const family = FAMILIES.find((text) => text.startsWith(failureOf(code).code.charAt(0))) ?? ''
  return family.replace(/^\w\. /, '').replace('\n', ': ')
}

/** Whether a word is spelled as the code of a failure, in either case. */
export function isCode(word: string): boolean {
  return /^[a-z]\d{1,2}$/i.test(word)
}

/** The failure of that code. @throws InputError */
export function failureOf(word: string): Rule {
  const code = word.toUpperCase()
  const rule = RULES.find((one) => one.code === code)
  if (rule !== undefined) return rule
  const codes = SORTED.map((one) => one.code)
  const near = byNearness(code, codes).slice(0, 5)
  throw new InputError({
    problem: `there is no failure ${JSON.stringify(code)}`,
    seen: [`the codes nearest to it: ${near.join(', ')}`],
    remedy: 'docs/failures.md has all of them',
  })
}
