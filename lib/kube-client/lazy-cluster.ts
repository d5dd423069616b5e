import type { Cluster } from '../ports/cluster.ts'

/** A cluster that is opened at its first use: an earlier step may write its kubeconfig, and loading takes time. */
export function lazyCluster(open: () => Promise<Cluster>): Cluster {
  let opened: Promise<Cluster> | undefined
  const get = (): Promise<Cluster> => (opened ??= open().catch(forget))
  const forget = (error: unknown): never => {
    opened = undefined
    throw error
  }
  return {
    uid: async () => (await get()).uid(),
    get: async (ref, as) => (await get()).get(ref, as),
    list: async (selection) => (await get()).list(selection),
    preview: async (object, adopt) => (await get()).preview(object, adopt),
    lacking: async (needs) => (await get()).lacking(needs),
    async *watch(selection, signal) {
      yield* (await get()).watch(selection, signal)
    },
    kubeletConfig: async (node) => (await get()).kubeletConfig(node),
    logs: async (of, options) => (await get()).logs(of, options),
    exec: async (of, argv, options) => (await get()).exec(of, argv, options),
    async *stream(of, argv, signal) {
      yield* (await get()).stream(of, argv, signal)
    },
    exchange: async (of, port, bytes, options) => (await get()).exchange(of, port, bytes, options),
    apply: async (object, live, adopt) => (await get()).apply(object, live, adopt),
    create: async (object) => (await get()).create(object),
    replace: async (object) => (await get()).replace(object),
    setManagedFields: async (live, fields) => (await get()).setManagedFields(live, fields),
    putProber: async (of, program) => (await get()).putProber(of, program),
    remove: async (ref, uid) => (await get()).remove(ref, uid),
  }
}
