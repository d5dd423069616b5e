/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** First words of lines that are commands to paste. */
const COMMAND =
  /^\s*(?:\$ |(?:npx|npm|node|go|git|sudo|kubectl|ip|iptables|iptables-save|iptables-legacy|nft|conntrack|sysctl|modprobe|mount|umount|systemctl|journalctl|curl|openssl|etcdctl|crictl|ctr|apt-get|apt|dnf|nsenter|export|test|for|sh|echo|cat|tail|sed|awk|grep|find|sha256sum|getent|rm|mv|cp|ls|mkdir|chmod|chown|kill|ss|df|ps)(?:\s+\S|$))/

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
  const words: readonly string[] =
    command.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"]|['"])+/g) ?? []
  const remark = words.indexOf('#')
  const end = remark < 0 ? words.length : remark
  return [
    ...foldWords(words.slice(0, end), { margin, next: `${margin}  `, more: ' \\' }, width, widthOf),
    // A shell's comment ends with its line, so each line of it is one.
    ...foldWords(
      words.slice(end + 1),
      { margin: `${margin}# `, next: `${margin}# `, more: '' },
      width,
      widthOf,
    ),
  ]
}

/** How lines begin, how those after the first do, and how those end that go on. */
type Fold = Readonly<Record<'margin' | 'next' | 'more', string>>

function foldWords(
  words: readonly string[],
  { margin, next, more }: Fold,
  width: number,
  widthOf: (text: string) => number,
): readonly string[] {
  if (words.length === 0) return []
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    const longer = line === '' ? margin + word : `${line} ${word}`
    if (line === '' || widthOf(longer) <= width - more.length) line = longer
    else {
      lines.push(line + more)
      line = next + word
    }
  }
  return [...lines, line]
}
