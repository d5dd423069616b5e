import { chapterSteps } from '../../steps/chapter.ts'
import { labSteps } from '../../steps/lab.ts'
import { failureOf, failurePage, isCode } from '../diagnosis/failure-pages.ts'
import { unknownStep } from '../engine/refusals.ts'
import { loadInventory } from '../inventory/load.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { labOf } from '../lab/lab.ts'
import type { Step } from '../ports/step.ts'
import type { CommonOptions, Request } from './request.ts'
import { faultsOf } from './fault-commands.ts'
import { print, printJson } from './print.ts'
import { programFor } from './run-hints.ts'

type ExplainRequest = Extract<Request, { command: 'steps' | 'explain' }>

/** Prints the steps, one of them, or one failure, from the steps and rules themselves. */
export async function explain(request: ExplainRequest, common: CommonOptions): Promise<number> {
  const { text, json } = explained(
    request,
    await loadInventory(common.inventory),
    programFor(common),
  )
  await (common.json ? printJson(json) : print(text))
  return 0
}

/** What there is to say, for people and for programs. Throws InputError for an unknown step or code. */
export function explained(
  request: ExplainRequest,
  inventory: Inventory,
  program: string,
): { readonly text: string; readonly json: object } {
  if (request.command === 'explain' && isCode(request.id)) {
    return failure(request.id, faultsOf(inventory))
  }
  const lists = listsOf(inventory)
  if (request.command === 'steps') {
    return { text: table(lists), json: { v: 1, steps: lists.flatMap(asJson) } }
  }
  const all = lists.flatMap(({ steps }) => steps)
  const step = all.find(({ id }) => id === request.id)
  if (step !== undefined) return { text: page(step, program), json: { v: 1, ...facts(step) } }
  throw unknownStep(
    request.id,
    all.map(({ id }) => id),
  )
}

function failure(word: string, faults: ReturnType<typeof faultsOf>) {
  const rule = failureOf(word)
  const { code, name, symptom, proof, cure } = rule
  const fault = faults.find((one) => one.code === code)?.id ?? null
  return {
    text: failurePage(rule, faults),
    json: { v: 1, code, name, symptom, proof, cure, fault },
  }
}

interface NamedList {
  readonly name: string
  readonly steps: readonly Step[]
}

function listsOf(inventory: Inventory): readonly NamedList[] {
  const places = { path: 'coredns.yaml', kept: 'manifests/coredns-1.6.2.yaml' }
  const image = () => Promise.resolve(inventory.probe.image)
  const chapter = { name: 'chapter', steps: chapterSteps({ inventory, ...places, image }) }
  if (inventory.target.kind !== 'lab') return [chapter]
  return [{ name: 'lab', steps: labSteps(labOf(inventory)) }, chapter]
}

function table(lists: readonly NamedList[]): string {
  const width = Math.max(...lists.flatMap(({ steps }) => steps.map(({ id }) => id.length)))
  return lists
    .flatMap(({ name, steps }) => [
      name === 'lab' ? 'The lab (the chapters before)' : 'Chapter 14, CoreDNS',
      ...steps.map(
        ({ id, title, chapter }) =>
          `  ${id.padEnd(width)}  ${title}\n  ${' '.repeat(width)}  $ ${chapter.command}`,
      ),
    ])
    .join('\n')
}

function page({ id, title, chapter, about }: Step, program: string): string {
  return [
    `${title} (${id})`,
    '',
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
