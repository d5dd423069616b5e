import type { Reading } from '../ports/step.ts'

/** Which image a probe pod gets; asked when it is due, as a lab decides it only while it is built. */
export type ProbeImage = (on: Reading) => Promise<string>
