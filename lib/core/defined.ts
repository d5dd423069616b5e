type Optional<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T]

/** The keys whose value may be undefined become optional. */
export type Defined<T> = Omit<T, Optional<T>> & {
  [K in Optional<T>]?: Exclude<T[K], undefined>
}

/** The object without its undefined values: JSON and exact optional properties have no such thing. */
export function defined<T extends object>(from: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(from).filter(([, value]) => value !== undefined),
  ) as Defined<T>
}
