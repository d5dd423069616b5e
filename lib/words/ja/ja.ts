import { sayBy } from '../say.ts'
import { API_SERVERS } from './api-servers.ts'
import { ASKING } from './asking.ts'
import { BOARD } from './board.ts'
import { CAUSES_OF_NETWORKS } from './causes/networks.ts'
import { CAUSES_OF_PODS } from './causes/pods.ts'
import { RULED_OUT } from './causes/ruled-out.ts'
import { CURES } from './causes/cures.ts'
import { CAUSES_OF_SERVERS } from './causes/servers.ts'
import { CAUSES_OF_SERVICES } from './causes/services.ts'
import { FAILURE_BLOCKS } from './failure-blocks.ts'
import { FAILURES_A } from './failures/a.ts'
import { FAILURES_B } from './failures/b.ts'
import { FAILURES_C } from './failures/c.ts'
import { FAILURES_D } from './failures/d.ts'
import { FAILURES_E } from './failures/e.ts'
import { FAILURES_F } from './failures/f.ts'
import { FAILURES_G } from './failures/g.ts'
import { FAILURES_INTRODUCTION } from './failures/introduction.ts'
import { FAULTS } from './faults.ts'
import { INVENTORY } from './inventory.ts'
import { KUBECONFIGS } from './kubeconfigs.ts'
import { LAB_PROBLEMS } from './lab-problems.ts'
import { LEARNING } from './learning.ts'
import { LESSONS } from './lessons.ts'
import { PROBLEMS } from './problems.ts'
import { PROGRESS } from './progress.ts'
import { PROOFS } from './proofs.ts'
import { REFUSALS } from './refusals.ts'
import { REPORTS } from './reports.ts'
import { STEPS } from './steps.ts'

/** What failures are called, what is seen of them, how they are proven and cured. */
export const FAILURES = [
  FAILURES_INTRODUCTION,
  FAILURES_A,
  FAILURES_B,
  FAILURES_C,
  FAILURES_D,
  FAILURES_E,
  FAILURES_F,
  FAILURES_G,
]

/** All that is said in Japanese, subject by subject. */
export const CATALOGUE = [
  ...[BOARD, FAILURE_BLOCKS, STEPS, PROOFS, FAULTS, LESSONS, LEARNING],
  ...[ASKING, REPORTS, PROGRESS, REFUSALS, INVENTORY, KUBECONFIGS],
  ...[PROBLEMS, LAB_PROBLEMS, API_SERVERS],
  ...FAILURES,
  ...[CAUSES_OF_PODS, CAUSES_OF_SERVERS, CAUSES_OF_SERVICES, CAUSES_OF_NETWORKS],
  ...[CURES, RULED_OUT],
]

export const ja = sayBy(Object.assign({}, ...CATALOGUE) as Record<string, string>)
