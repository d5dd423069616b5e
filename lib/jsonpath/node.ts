/** One bound of `[from:to:step]`. */
export interface Bound {
  readonly value: bigint
  /** False where the template leaves it out. */
  readonly known: boolean
  /** True for the `to` of a plain index, which the template does not write. */
  readonly derived: boolean
}

/** A part of a parsed template; the names are those of client-go's node.go. */
export type Node =
  | { readonly type: 'list'; readonly nodes: readonly Node[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'array'; readonly bounds: readonly [from: Bound, to: Bound, step: Bound] }
  | FilterNode
  | { readonly type: 'union'; readonly lists: readonly (readonly Node[])[] }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }

/** `[?(left operator right)]`; the operator is `exists` where there is no comparison. */
export interface FilterNode {
  readonly type: 'filter'
  readonly left: readonly Node[]
  readonly right: readonly Node[]
  readonly operator: string
}
