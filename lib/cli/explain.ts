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
import { wrap } from '../view/layout.ts'
import { rowsFor } from '../view/failure-text.ts'
import { columnsOf, print, printJson } from './print.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'
import { programFor } from './run-hints.ts'

type ExplainRequest = RequestOf<'steps' | 'explain'>

/** How the commands in a text begin, and how wide it may be; without `columns` nothing is wrapped. */
type Shown = {
  readonly program: string
  readonly columns?: number
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
  })
  await (common.json ? printJson(json) : print(text))
  return 0
}

/** What there is to say. Throws InputError for an unknown step or code. */
export function explained(request: ExplainRequest, inventory: Inventory, shown: Shown): Explained {
  if (request.command === 'explain' && isCode(request.id)) {
    return failure(request.id, inventory, shown)
  }
  const lists = listsOf(inventory)
  if (request.command === 'steps')
    return { text: table(lists, shown), json: { v: 1, steps: lists.flatMap(asJson) } }
  const all = lists.flatMap(({ steps }) => steps)
  const step = all.find(({ id }) => id === request.id)
  if (step !== undefined) {
    const lesson = LESSONS[step.id] ?? ''
    const heading = `${step.title} (${step.id})`
    const about = wrap(lesson, shown.columns ?? Infinity)
    return {
      text: [heading, '', ...about, '', pageOf(step, shown.program)].join('\n'),
      json: { v: 1, ...facts(step), lesson },
    }
  }
  throw unknownStep(
    request.id,
    all.map(({ id }) => id),
  )
}

function failure(word: string, inventory: Inventory, { program, ...width }: Shown): Explained {
  const rule = failureOf(word)
  const { code, name, symptom, proof, cure } = rule
  const all = faults(labOf(inventory))
  const row = rowsFor(width, LABEL)
  const lines = partsOf(rule, all, program).flatMap(([label, text]) => row(label, [plain(text)]))
  const fault = all.find((one) => one.code === code)?.id ?? null
  return {
    text: [`${code}: ${name}`, '', ...lines].join('\n'),
    json: { v: 1, code, name, symptom, proof, cure, fault },
  }
}

/** Columns of the labels of a failure, the space after them included. */
const LABEL = 18

/** Markdown as plain text: a command to paste is bare, code within a sentence is quoted. */
function plain(markdown: string): string {
  return markdown.replace(/^`([^`]*)`$/, '$1').replaceAll(/`([^`]*)`/g, '“$1”')
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

function table(lists: readonly NamedList[], { columns = Infinity }: Shown): string {
  const width = Math.max(...lists.flatMap(({ steps }) => steps.map(({ id }) => id.length)))
  const row = ({ id, title, chapter: { command } }: Step): string =>
    columns < NARROW
      ? `  ${id}\n    ${title}\n    $ ${command}`
      : `  ${id.padEnd(width)}  ${title}\n  ${' '.repeat(width)}  $ ${command}`
  return lists
    .flatMap(({ name, steps }) => [
      name === 'lab' ? 'The lab (the chapters before)' : 'Chapter 14, CoreDNS',
      ...steps.map(row),
    ])
    .join('\n')
}

/** Its command, when there is nothing to do, what rollback does. */
export function pageOf({ id, chapter, about }: Step, program: string): string {
  return [
    `  chapter ${chapter.section}   ${chapter.command}`,
    `  satisfied    ${about.satisfied}`,
    `  undo         ${about.undo}`,
    '',
    `  only this step   ${program} --only ${id}`,
  ].join('\n')
}

function facts({ id, title, chapter, about }: Step) {
  return { id, title, chapter, about }
}

function asJson({ name, steps }: NamedList) {
  return steps.map((step) => ({ list: name, ...facts(step) }))
}
