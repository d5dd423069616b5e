import { failureOf, familyOf } from '../diagnosis/failure-pages.ts'

/** One hint: the rung's name and what it says. */
export type Rung = {
  readonly name: 'symptom' | 'layer' | 'where to look' | 'what to do'
  readonly text: string
}

/** The rungs for the failures of an exercise, from what anybody sees to what cures; of two, in turn, and once what both have. */
export function ladderFor(codes: readonly string[]): readonly Rung[] {
  const ladders = codes.map((code) => {
    const { symptom, proof, cure } = failureOf(code)
    return [
      { name: 'symptom', text: symptom },
      { name: 'layer', text: familyOf(code) },
      { name: 'where to look', text: proof },
      { name: 'what to do', text: cure },
    ] as const
  })
  const rungs = [0, 1, 2, 3].flatMap((rung) =>
    ladders.flatMap((ladder) => ladder.slice(rung, rung + 1)),
  )
  return rungs.filter(({ text }, i) => rungs.findIndex((one) => one.text === text) === i)
}
