import { oneLine } from '../view/layout.ts'
import type { StepRecord } from '../view/run-record.ts'
import type { RunReport } from './run-report.ts'

/** One step of the chapter as a person types it. */
export type Typed = {
  readonly section: string
  readonly title: string
  readonly commands: string
  /** Why it stands there as a comment only. */
  readonly instead?: string
}

/** The chapter of a run as commands; null where the run was not about the chapter, or went backwards. */
export function typedChapter({ mode, steps }: RunReport): readonly Typed[] | null {
  const chapter = steps.filter(({ list, ending }) => {
    return list === 'chapter' && ending?.type !== 'step-skipped'
  })
  return chapter.length === 0 || mode === 'rollback' ? null : chapter.map(typed)
}

function typed({ title, chapter, byHand, began, ending }: StepRecord): Typed {
  const { section, command } = chapter
  const base = { section, title: oneLine(title), commands: byHand ?? command }
  if (began === undefined) return { ...base, instead: 'the run did not get here' }
  // What the book has leaves something open that only a step that was looked at can tell.
  if (byHand === undefined && command.includes('…')) {
    return { ...base, instead: 'not known yet in this run' }
  }
  if (ending?.type !== 'step-failed') return base
  return { ...base, instead: `failed here: ${oneLine(ending.explanation.problem)}` }
}

/** How kubectl is to be called so that it acts on the target. */
export function kubectlFunction({ started }: RunReport): string {
  return `kubectl() { command ${started?.kubectl ?? 'kubectl'} "$@"; }`
}

/** commands.sh: the same by hand; null as above. */
export function commandsText(run: RunReport): string | null {
  const steps = typedChapter(run)
  if (steps === null) return null
  const at = new Date(run.from).toISOString()
  return [
    '#!/usr/bin/env bash',
    '# Kubernetes the hard way, 14. CoreDNS, by hand.',
    `# As a run of hardway has done it: ${oneLine(run.started?.target ?? '')}, ${at}.`,
    '# On a cluster like that one, without CoreDNS, it leaves what that run has left.',
    'set -euo pipefail',
    '',
    '# The cluster: change this line for another one.',
    kubectlFunction(run),
    '',
    '# coredns.yaml is put here.',
    'cd "$(mktemp -d)"',
    ...steps.flatMap(({ section, title, commands, instead }) => [
      '',
      `# ${section} ${title}`,
      ...(instead === undefined
        ? [commands]
        : [`# (${instead})`, ...commands.split('\n').map((line) => `# ${line}`)]),
    ]),
    '',
  ].join('\n')
}
