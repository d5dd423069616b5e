import type { Edition } from '../../lib/inventory/editions.ts'
import { LEFT_OUT, type Spec } from './specs.ts'

/** Spec by edition with seconds, those of Kubernetes' conformance first; then what was left out, and why. */
export function table(
  known: readonly Spec[],
  results: ReadonlyMap<Edition, readonly Spec[]>,
): string {
  const editions = [...results.keys()]
  const rows = known
    .filter(({ name }) => !(name in LEFT_OUT))
    .toSorted(
      (a, b) => Number(b.conformance) - Number(a.conformance) || a.name.localeCompare(b.name),
    )
    .map(({ name }) => {
      const cells = editions.map((edition) => cellOf(results.get(edition) ?? [], name))
      return `| ${[name, ...cells].join(' | ')} |`
    })
  const sums = editions.map((edition) => {
    const done = results.get(edition) ?? []
    const passed = done.filter(({ state }) => state === 'passed')
    const seconds = done.reduce((sum, spec) => sum + spec.seconds, 0)
    return `edition ${edition}: ${passed.length} of ${rows.length} passed in ${seconds.toFixed(0)} s`
  })
  const conformance = known.filter((spec) => spec.conformance).length
  return [
    '',
    `| spec | ${editions.join(' | ')} |`,
    `| --- |${editions.map(() => ' --- |').join('')}`,
    ...rows,
    '',
    ...sums,
    `${conformance} of them are [Conformance]: what a cluster has to pass to be certified as Kubernetes`,
    '',
    'left out, since no lab can pass them:',
    ...Object.entries(LEFT_OUT).map(([name, why]) => `- ${name}: ${why}`),
    '',
  ].join('\n')
}

function cellOf(done: readonly Spec[], name: string): string {
  const found = done.find((spec) => spec.name === name)
  return found === undefined ? 'not run' : `${found.state} ${found.seconds.toFixed(1)} s`
}
