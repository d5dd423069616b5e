import { readdirSync, readFileSync } from 'node:fs'
import type { NslookupOutput, NslookupReading } from '../../lib/dns/nslookup/nslookup.ts'

export interface Recording extends NslookupOutput {
  /** What the DNS server was told to do, and the command: `drop | busybox-1.29.3 nslookup x`. */
  readonly title: string
}

/**
 * The runs of nslookup in a folder of recordings: `$ command`, then its output with `O|` and `E|`
 * before each line, then `exit=`. What the server saw (`Q|`) and other programs' runs are left out.
 */
export function recordingsIn(folder: URL): readonly Recording[] {
  const files = readdirSync(folder).filter((file) => /^recorded-.*\.txt$/.test(file))
  return files.sort().flatMap((file) => recordingsOf(readFileSync(new URL(file, folder), 'utf8')))
}

function recordingsOf(text: string): readonly Recording[] {
  const recordings: Recording[] = []
  let [mode, command, stdout, stderr] = ['', '', '', '']
  for (const line of text.split('\n')) {
    if (line.startsWith('######## MODE ')) mode = line.slice(14)
    else if (line.startsWith('$ ')) [command, stdout, stderr] = [line.slice(2), '', '']
    else if (line.startsWith('O|')) stdout += `${line.slice(2)}\n`
    else if (line.startsWith('E|')) stderr += `${line.slice(2)}\n`
    else if (line.startsWith('exit=') && command.includes('nslookup')) {
      const code = Number(/^exit=(\d+)/.exec(line)?.[1])
      recordings.push({
        title: `${mode} | ${command} | exit ${String(code)}`,
        stdout,
        stderr,
        code,
      })
    }
  }
  return recordings
}

/** A reading in one line, for a table of expectations. */
export function summary(reading: NslookupReading): string {
  const { dialect, server = '-', serverName, outcome, answers, failures } = reading
  const answered = answers.map(({ name, address, pointer }) => {
    return `${name}=${address}${pointer === undefined ? '' : ` (${pointer})`}`
  })
  const failed = failures.map(({ name = '*', reason }) => `!${name} ${reason}`)
  const from = serverName === undefined ? server : `${server} (${serverName})`
  return [dialect, from, outcome, ...answered, ...failed].join(' | ')
}
