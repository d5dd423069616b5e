/**
 * Where a fault can lie, lowest first: what stands on a lower layer cannot be right while that one is
 * broken. After the triage order for cluster DNS: hosts and objects, pods, the server by itself, the
 * network to its pods, the Service before them, the client's side.
 */
export const LAYERS = [
  'hosts',
  'objects',
  'pods',
  'server',
  'network',
  'service',
  'client',
  'observation',
] as const

export type Layer = (typeof LAYERS)[number]
