/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** First words of lines that are commands to paste. */
const COMMAND =
  /^\s*(?:\$ |(?:npx|npm|node|go|git|sudo|kubectl|ip|iptables|iptables-save|iptables-legacy|nft|conntrack|sysctl|modprobe|mount|umount|systemctl|journalctl|curl|openssl|etcdctl|crictl|ctr|apt-get|apt|dnf|nsenter|export|test|for|sh|echo|cat|tail|sed|grep|sha256sum|getent|rm|mv|cp|ls|mkdir|chmod|chown|kill|ss|df|ps)(?:\s+\S|$))/

/** Whether a line is a command to paste, by its first word. */
export function isCommand(line: string): boolean {
  return COMMAND.test(line)
}

/**
 * The command in lines of at most `width` columns, which a shell reads as one: each but the last ends in a
 * backslash. Broken at blanks outside quotes only; a longer word stays whole.
 */
export function foldCommand(
  command: string,
  width: number,
  widthOf: (text: string) => number,
): string[] {
  if (widthOf(command) <= width) return [command]
  const margin = /^\s*/.exec(command)?.[0] ?? ''
  const lines: string[] = []
  let line = ''
  for (const word of command.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"]|['"])+/g) ?? []) {
    const longer = line === '' ? margin + word : `${line} ${word}`
    if (line === '' || widthOf(longer) <= width - 2) line = longer
    else {
      lines.push(`${line} \\`)
      line = `${margin}  ${word}`
    }
  }
  return [...lines, line]
}
