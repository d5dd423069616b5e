import type { MatrixCell } from '../../core/look-data.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import { barriers, LIST_FILTERS } from '../barriers.ts'
import { type Finding, inferred, onHost, rule, type Rule } from '../rule.ts'

/** Packets that get lost now and then on their way between workers. */
export const lossRules: readonly Rule[] = [
  rule('E12', 'network', 'Some packets lost between workers', {
    symptom:
      'Lookups time out now and then, and work when they are asked again; by TCP they are slow.',
    proof:
      'Of the questions to CoreDNS pods of other workers a part is lost, and of those to pods of the same worker none.',
    cure: 'Look on the worker that all of these have in common for a filter that drops at random, a shaper, and errors of its link.',
    find: (e) => (barriers(e).length > 0 ? null : lostNowAndThen(e)),
  }),
]

/** Fewer may be a busy machine. */
const FEWEST = 3
const LEAST = 0.02
const LOOK = `${LIST_FILTERS}; tc -s qdisc; ip -s link`

function lostNowAndThen(e: Evidence): Finding | null {
  const cells = (valueOf(e.matrix)?.cells ?? []).filter(
    ({ via, target, notProven }) =>
      via === 'pod' && target.kind === 'pod' && notProven === undefined,
  )
  const partly = cells.filter(isPartlyLost)
  // What is lost within a worker is no matter of the way between them, nor is what gets wrong answers.
  if (partly.length === 0 || !partly.every(isAcross)) return null
  const within = cells.filter((cell) => !isAcross(cell))
  if (within.length === 0 || within.some(({ asked, answered }) => answered < asked)) return null
  const ends = partly.map(({ worker, target }) => [worker, target.node ?? ''])
  const common = [...new Set(ends.flat())].filter((one) => ends.every((pair) => pair.includes(one)))
  // All pairs: the way is everybody's, as a switch is.
  const where = common.length > 0 ? common : [...new Set(ends.flat())]
  const lost = partly.reduce((sum, { asked, answered }) => sum + asked - answered, 0)
  const asked = partly.reduce((sum, one) => sum + one.asked, 0)
  const protocols = [...new Set(partly.map(({ protocol }) => protocol.toUpperCase()))]
  const between =
    where.length === 1
      ? `pods of ${where.join()} and of other workers`
      : `pods of ${where.join(' and of ')}`
  const others = protocols.includes('TCP') ? '' : '; TCP sends again what gets lost'
  return inferred({
    cause: `between ${between} ${String(Math.round((100 * lost) / asked))} of 100 questions by ${protocols.join(' and ')} get no answer, and within a worker none is lost${others}`,
    evidence: partly.map(cellLine).join('; '),
    ...onHost(where.join(' and '), LOOK),
  })
}

function isPartlyLost({ asked, answered, wrong }: MatrixCell): boolean {
  const lost = asked - answered
  return wrong.length === 0 && answered > 0 && lost >= FEWEST && lost >= asked * LEAST
}

function isAcross({ worker, target }: MatrixCell): boolean {
  return target.node !== worker
}

function cellLine({ worker, target, protocol, asked, answered }: MatrixCell): string {
  return `${worker} -> pod ${target.name} on ${target.node ?? '?'} ${target.address} ${protocol.toUpperCase()}: ${String(answered)} of ${String(asked)} answered`
}
