/** Where the prober lies in the image of a probe that has it; see go/prober/main.go. */
export const PROBER = '/hardway/prober'
/** The volume of a probe of ours, of any image, that the prober can be put into; it hides nothing of the image. */
export const PROBER_PLACE = '/hardway/put'
/** Where it lies then. Another version of it (lib/supply/pins.ts) is another file. */
export const PUT_PROBER = `${PROBER_PLACE}/prober-3` as const

/** In which of its places a probe has the prober. */
export type ProberPath = typeof PROBER | typeof PUT_PROBER

/** What one server, or the pod's own resolver, is asked: a request of go/prober/request.go. */
export type ProberRequest = {
  /** An address; without one the name is looked up as the pod's resolv.conf has it. */
  readonly server?: string
  readonly protocol?: 'udp' | 'tcp'
  readonly name: string
  readonly type?: 'A' | 'PTR'
  readonly count: number
  readonly timeoutMs: number
  /** Bytes that a question by TCP, and its answer by CoreDNS, have beyond what they need. */
  readonly pad?: number
  /** The place of a request that has to be answered first. */
  readonly after?: number
}

/** Asks everything at once, and ends. */
export function askCommand(
  prober: ProberPath,
  requests: readonly ProberRequest[],
): readonly string[] {
  return [prober, 'ask', ...requests.map((one) => JSON.stringify(one))]
}

/** Asks so many questions a second until its standard input ends. */
export function steadyCommand(
  prober: ProberPath,
  rate: number,
  requests: readonly ProberRequest[],
): readonly string[] {
  return [prober, 'steady', String(rate), ...requests.map((one) => JSON.stringify(one))]
}

/** One request as an argument: flat, and nothing in it but names, addresses and numbers. */
export const REQUEST = /^\{("[a-zA-Z]{1,10}":("[A-Za-z0-9._:-]{1,253}"|\d{1,6}),?){1,8}\}$/
