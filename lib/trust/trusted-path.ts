import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { InputError, systemCode } from '../core/errors.ts'
import { quoted } from '../core/shell.ts'

/** As many links as the kernel follows. */
const MOST_LINKS = 40
const STICKY = 0o1000

/** What to do instead; gets the home of whoever runs this, whatever $HOME says. */
type Remedy = (home: string) => string

/** A part of a path that somebody else could change. */
type Untrusted = {
  readonly path: string
  readonly owner: number
  /** Whether it is somebody else's, whatever its mode. */
  readonly foreign: boolean
  readonly seen: string
}

/**
 * Whatever is believed or carried out (journals, plans, locks, cached programs) must be nobody else's to change:
 * each part of the path, links followed, belongs to root or to this user and is writable to no other, sticky
 * folders above excepted. What is not there is trusted as far as its folder is. @throws InputError
 */
export async function mustBeTrusted(path: string, remedy?: Remedy): Promise<void> {
  const found: Untrusted[] = []
  for (const [part, stats, last] of partsOf(resolve(path))) {
    const bad = await judge(part, stats, last)
    if (bad !== null && !found.some((one) => one.path === part)) found.push(bad)
  }
  if (found.length > 0) throw await untrusted(path, found, remedy)
}

/** The same for a file that is open: nobody has put another one there meanwhile. @throws InputError */
export async function mustBeTrustedFile(path: string, stats: Stats): Promise<void> {
  const bad = await judge(path, stats, true)
  if (bad !== null) throw await untrusted(path, [bad])
}

type Part = readonly [path: string, stats: Stats, last: boolean]

/**
 * Root first; of a link the link itself, then all that it leads through. Not by promises: a run looks at a
 * thousand parts, and waiting for each would cost ten times what the look does.
 */
function* partsOf(path: string): Generator<Part> {
  const names = path.split('/')
  let here = '/'
  let links = 0
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    here = join(here, name)
    const stats = seenAt(here)
    if (stats === null) return
    yield [here, stats, names.length === 0]
    if (!stats.isSymbolicLink()) continue
    links += 1
    if (links > MOST_LINKS) return
    const target = readlinkSync(here)
    here = target.startsWith('/') ? '/' : dirname(here)
    names.unshift(...target.split('/'))
  }
}

/** What cannot be seen cannot be read either; whoever opens it says so. */
function seenAt(path: string): Stats | null {
  try {
    return lstatSync(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return null
    throw error
  }
}

async function judge(path: string, stats: Stats, last: boolean): Promise<Untrusted | null> {
  const { uid, gid, mode } = stats
  const foreign = uid !== 0 && uid !== process.getuid?.()
  const writer = await otherWriter(stats, last)
  if (!foreign && writer === null) return null
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  const owner = `belongs to ${(await userOf(uid))?.name ?? 'nobody known'} (uid ${uid}), mode ${octal}`
  const who = writer === 'group' ? `its group (gid ${gid})` : 'everybody'
  const seen = `${path} ${owner}${writer === null ? '' : `: ${who} may write there`}`
  return { path, owner: uid, foreign, seen }
}

/** Under a umask of 002 a user's folders are open to a group in which there is nobody else. */
async function otherWriter(stats: Stats, last: boolean): Promise<'everybody' | 'group' | null> {
  if (stats.isSymbolicLink()) return null
  // There others may make what is theirs, but not rename or remove what is not.
  if (!last && (stats.mode & STICKY) !== 0) return null
  if ((stats.mode & 0o002) !== 0) return 'everybody'
  return (stats.mode & 0o020) !== 0 && !(await isPrivateGroup(stats)) ? 'group' : null
}

async function isPrivateGroup({ uid, gid }: Stats): Promise<boolean> {
  const [users, groups] = await Promise.all([usersOf(), tableOf('/etc/group')])
  const group = groups.find(([, , id]) => Number(id) === gid)
  const owner = users.find((user) => user.uid === uid)
  if (group === undefined || owner === undefined) return false
  const members = (group[3] ?? '').split(',').filter((name) => name !== '')
  const primary = users.filter((user) => user.gid === gid).map(({ name }) => name)
  return [...members, ...primary].every((name) => name === owner.name) && owner.gid === gid
}

type User = {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

async function usersOf(): Promise<readonly User[]> {
  const table = await tableOf('/etc/passwd')
  return table.map(([name = '', , uid, gid, , home = '']) => {
    return { name, uid: Number(uid), gid: Number(gid), home }
  })
}

async function userOf(uid: number): Promise<User | undefined> {
  return (await usersOf()).find((user) => user.uid === uid)
}

/** Users of a directory service are in neither file: they have no name here, nor a private group. */
async function tableOf(path: string): Promise<readonly (readonly string[])[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').map((line) => line.split(':'))
}

async function untrusted(
  path: string,
  found: readonly Untrusted[],
  remedy?: Remedy,
): Promise<InputError> {
  const uid = process.getuid?.() ?? 0
  const me = await userOf(uid)
  const home = me?.home ?? homedir()
  const foreign = found.some((one) => one.foreign)
  return new InputError({
    problem: `${path} is not trusted: not only ${me?.name ?? `user ${uid}`} may change it`,
    seen: found.map(({ seen }) => seen),
    cause: 'what is there is trusted, and carried out with the rights of whoever runs this',
    remedy: remedy?.(home) ?? (foreign ? leaveHome(path, home) : null) ?? mend(found, uid),
  })
}

/** For a run in the environment of another user, as sudo may leave it; null where it is one's own. */
function leaveHome(path: string, home: string): string | null {
  const { HOME = home, XDG_STATE_HOME = '', XDG_CACHE_HOME = '' } = process.env
  const others = [HOME === home ? '' : HOME, XDG_STATE_HOME, XDG_CACHE_HOME]
  const below = (one: string): boolean => one !== '' && resolve(path).startsWith(`${resolve(one)}/`)
  if (!others.some(below)) return null
  return `export HOME=${quoted(home)}; unset XDG_STATE_HOME XDG_CACHE_HOME (with sudo: sudo -H), then the same again`
}

function mend(found: readonly Untrusted[], me: number): string {
  const sudo = me !== 0 && found.some(({ owner }) => owner !== me) ? 'sudo ' : ''
  const paths = (of: readonly Untrusted[]): string => of.map((one) => quoted(one.path)).join(' ')
  const foreign = found.filter((one) => one.foreign)
  const chown = foreign.length === 0 ? [] : [`${sudo}chown -h ${me} ${paths(foreign)}`]
  const commands = [...chown, `${sudo}chmod go-w ${paths(found)}`]
  return `if what is in there is yours: ${commands.join(' && ')}`
}
