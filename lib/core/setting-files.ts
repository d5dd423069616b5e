/** Where Linux shows a kernel setting, named as sysctl names it: `/proc/sys/net/ipv4/ip_forward`. */
export function settingFile(key: string): string {
  return `/proc/sys/${key.replaceAll('.', '/')}`
}

/** The settings in what `grep '' FILE …` prints, `FILE:VALUE` a line; those that are not there are left out. */
export function settingsIn(printed: string, keys: readonly string[]): ReadonlyMap<string, string> {
  const lines = printed.split('\n')
  return new Map(
    keys.flatMap((key) => {
      const start = `${settingFile(key)}:`
      const line = lines.find((one) => one.startsWith(start))
      return line === undefined ? [] : [[key, line.slice(start.length)] as const]
    }),
  )
}
