import { StepError } from '../core/errors.ts'
import { textAt } from '../core/json.ts'
import type { Cluster, ClusterReader, PodContainer, SentProgram } from '../ports/cluster.ts'
import { PUT_ENDS } from '../ports/put-script.ts'
import { all } from '../ports/refs.ts'

/** Puts the prober into probes that have none. Never throws but for a bug, or because it is to stop. */
export interface ProberSupply {
  /** Null once it lies in that pod of ours, else why not. Tried once; a second time it says the same. */
  put(of: PodContainer, node: string): Promise<string | null>
  /** Is told that from there nslookup asks, and why: for the notes. */
  readonly unmeasured: (node: string, because: string) => void
  /** Why no node can be given one; null where one can, as far as is known before it is tried. Makes it, where it is to be made. */
  lacking(nodes: readonly string[]): Promise<string | null>
  /** Where no times could be measured, and why: a sentence for each reason. */
  readonly notes: () => readonly string[]
}

/** The prober as it is sent; or why there is none. */
export type ProberMade =
  { readonly gzipped: SentProgram; readonly plain: SentProgram } | { readonly lacking: string }

/** Makes the prober for Linux on an architecture, as Go and the kubelets call it (`amd64`). Asked again it gives the same. */
export type MakeProber = (arch: string) => Promise<ProberMade>

/** Of those who write pods; `cluster` is theirs. */
export function proberSupply(cluster: Cluster, make: MakeProber): ProberSupply {
  const tried = new Map<string, Promise<string | null>>()
  const archs = archsIn(cluster)
  const madeFor = async (node: string): Promise<ProberMade> => {
    const arch = await archs(node)
    return 'lacking' in arch ? arch : make(arch.name)
  }
  const whyNot = async (of: PodContainer, node: string): Promise<string | null> => {
    const made = await madeFor(node)
    return 'lacking' in made ? made.lacking : send(cluster, of, made)
  }
  return {
    ...notebook(),
    put(of, node) {
      const key = JSON.stringify([of.namespace, of.pod])
      const trying = tried.get(key) ?? whyNot(of, node)
      tried.set(key, trying)
      return trying
    },
    async lacking(nodes) {
      const made = await Promise.all(nodes.map(madeFor))
      const lacks = made.map((one) => ('lacking' in one ? one.lacking : null))
      return lacks.includes(null) ? null : (lacks[0] ?? null)
    },
  }
}

/** Of those who only look: a prober that is there is asked, none is put anywhere. */
export function noSupply(): ProberSupply {
  const because = () =>
    Promise.resolve('their probes have no prober; a run puts it there where it can be had')
  return { ...notebook(), put: because, lacking: because }
}

function notebook(): Pick<ProberSupply, 'unmeasured' | 'notes'> {
  const told = new Map<string, Set<string>>()
  return {
    unmeasured(node, because) {
      told.set(because, (told.get(because) ?? new Set()).add(node))
    },
    notes: () =>
      [...told].map(
        ([because, nodes]) =>
          `No times were measured from ${[...nodes].sort().join(', ')}, where nslookup asked: ${because}.`,
      ),
  }
}

const NO_PLACE =
  'its probe has no volume for the prober, as those of earlier versions; after a rollback the next run makes one that has'

/** Null once it lies there, else why not. */
async function send(
  cluster: Cluster,
  of: PodContainer,
  { gzipped, plain }: Extract<ProberMade, { readonly plain: unknown }>,
): Promise<string | null> {
  try {
    const first = await cluster.putProber(of, gzipped)
    const { code, stderr } =
      first.code === PUT_ENDS.noGunzip ? await cluster.putProber(of, plain) : first
    if (code === 0) return null
    if (code === PUT_ENDS.noPlace) return NO_PLACE
    const said = stderr.trim().split('\n').at(-1) ?? ''
    const how = code === null ? 'the connection was lost' : said || `it ended with code ${code}`
    return `the prober could not be put into its probe: ${how}`
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    const [seen = error.reason] = error.explanation.seen ?? []
    return `the prober could not be put into its probe: ${seen}`
  }
}

type Arch = { readonly name: string } | { readonly lacking: string }

/** What kind of machine a node is, by what its kubelet says; all are asked for once. */
function archsIn(cluster: ClusterReader): (node: string) => Promise<Arch> {
  let listed: ReturnType<ClusterReader['list']> | undefined
  return async (node) => {
    try {
      const nodes = await (listed ??= cluster.list(all.nodes()))
      const found = nodes.find(({ metadata }) => metadata.name === node)
      const name = textAt(found, 'status', 'nodeInfo', 'architecture')
      return name === undefined
        ? { lacking: 'its kubelet does not tell its architecture' }
        : { name }
    } catch (error) {
      if (!(error instanceof StepError)) throw error
      return { lacking: error.reason }
    }
  }
}
