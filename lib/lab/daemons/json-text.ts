/** A configuration file in JSON, which every program takes that reads YAML. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
