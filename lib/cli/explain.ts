import { chapterSteps } from '../../steps/chapter.ts'
import { faults } from '../../steps/faults.ts'
import { labSteps } from '../../steps/lab.ts'
import { LESSONS } from '../../steps/lessons.ts'
import { failureOf, isCode, partsOf } from '../diagnosis/failure-pages.ts'
import { unknownStep } from '../engine/refusals.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { readInventory } from './inventory-file.ts'
import { labOf } from '../lab/layout.ts'
import type { Step } from '../ports/step.ts'
import { asWritten, type Say } from '../words/say.ts'
import { padTo, wrap } from '../view/layout.ts'
import { rowsFor } from '../view/failure-text.ts'
import { columnsOf, print, printJson, sayFor } from './print.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'
import { programFor } from './run-hints.ts'

type ExplainRequest = RequestOf<'steps' | 'explain'>

/** How the commands in a text begin, and how wide it may be; without `columns` nothing is wrapped, without `say` it is English. */
type Shown = {
  readonly program: string
  readonly columns?: number
  readonly say?: Say
}

/** For people and for programs. */
type Explained = { readonly text: string; readonly json: object }

/** Prints the steps, one of them, or one failure, from the steps and rules themselves. */
export async function explain(request: ExplainRequest, common: CommonOptions): Promise<number> {
  const inventory = await readInventory(common)
  const program = programFor(common)
  const { text, json } = explained(request, inventory, {
    program,
    columns: columnsOf(process.stdout),
    say: await sayFor(common),
  })
  await (common.json ? printJson(json) : print(text))
  return 0
}

/** What there is to say. Throws InputError for an unknown step or code. */
export function explained(request: ExplainRequest, inventory: Inventory, shown: Shown): Explained {
  if (request.command === 'explain' && isCode(request.id)) {
    return failure(request.id, inventory, shown)
  }
  const { say = asWritten } = shown
  const lists = listsOf(inventory)
  if (request.command === 'steps')
    return { text: table(lists, shown), json: { v: 1, steps: lists.flatMap(asJson) } }
  const all = lists.flatMap(({ steps }) => steps)
  const step = all.find(({ id }) => id === request.id)
  if (step !== undefined) {
    const lesson = LESSONS[step.id] ?? ''
    const heading = `${say(step.title)} (${step.id})`
    const about = wrap(say(lesson), shown.columns ?? Infinity)
    return {
      text: [heading, '', ...about, '', pageOf(step, shown)].join('\n'),
      json: { v: 1, ...facts(step), lesson },
    }
  }
  const ids = all.map(({ id }) => id)
  throw unknownStep(request.id, ids)
}

function failure(word: string, inventory: Inventory, { program, ...look }: Shown): Explained {
  const rule = failureOf(word)
  const { code, name, symptom, proof, cure } = rule
  const all = faults(labOf(inventory))
  const { say = asWritten } = look
  const row = rowsFor(look, LABEL)
  const lines = partsOf(rule, all, program).flatMap(([label, text]) =>
    row(label, [plain(say(text), say)]),
  )
  const fault = all.find((one) => one.code === code)?.id ?? null
  return {
    text: [`${code}: ${say(name)}`, '', ...lines].join('\n'),
    json: { v: 1, code, name, symptom, proof, cure, fault },
  }
}

/** Columns of the labels of a failure, the space after them included. */
const LABEL = 18

/** Markdown as plain text: a command to paste is bare, code within a sentence is quoted. */
function plain(markdown: string, say: Say): string {
  const bare = markdown.replace(/^`([^`]*)`$/, '$1')
  return bare.replaceAll(/`([^`]*)`/g, (_, code: string) => say(`“${code}”`))
}

type NamedList = { readonly name: string; readonly steps: readonly Step[] }

function listsOf(inventory: Inventory): readonly NamedList[] {
  const places = { path: 'coredns.yaml', kept: `manifests/${inventory.manifest.kept}` }
  const image = () => Promise.resolve(inventory.probe.image)
  const chapter = {
    name: 'chapter',
    steps: chapterSteps({ inventory, ...places, image, probes: image }),
  }
  if (inventory.target.kind !== 'lab') return [chapter]
  return [{ name: 'lab', steps: labSteps(labOf(inventory)) }, chapter]
}

/** Below so many columns what belongs to a step stands under its id. */
const NARROW = 80

function table(
  lists: readonly NamedList[],
  { columns = Infinity, say = asWritten }: Shown,
): string {
  const width = Math.max(...lists.flatMap(({ steps }) => steps.map(({ id }) => id.length)))
  const row = ({ id, title, chapter: { command } }: Step): string =>
    columns < NARROW
      ? `  ${id}\n    ${say(title)}\n    $ ${command}`
      : `  ${id.padEnd(width)}  ${say(title)}\n  ${' '.repeat(width)}  $ ${command}`
  return lists
    .flatMap(({ name, steps }) => [
      say(name === 'lab' ? 'The lab (the chapters before)' : 'Chapter 14, CoreDNS'),
      ...steps.map(row),
    ])
    .join('\n')
}

/** Columns of the labels of a step, likewise. */
const LABEL_OF_STEP = 15

/** Its command, when there is nothing to do, what rollback does. */
export function pageOf(
  { id, chapter, about }: Step,
  { program, say = asWritten }: Pick<Shown, 'program' | 'say'>,
): string {
  const row = (label: string, text: string): string =>
    `  ${padTo(say(label), LABEL_OF_STEP)}${text}`
  return [
    row(`chapter ${chapter.section}`, chapter.command),
    row('satisfied', say(about.satisfied)),
    row('undo', say(about.undo)),
    '',
    `  ${say('only this step')}: ${program} --only ${id}`,
  ].join('\n')
}

function facts({ id, title, chapter, about }: Step) {
  return { id, title, chapter, about }
}

function asJson({ name, steps }: NamedList) {
  return steps.map((step) => ({ list: name, ...facts(step) }))
}
