import { dirname } from 'node:path'

const FULL = /no space left on device|disk quota exceeded/i
/** As Go's programs and coreutils write it, the file first. */
const FILE_BEFORE = /(\/[^\s:'"]+)['"]?: (?:no space left on device|disk quota exceeded)/i
const MAKE_ROOM = 'free space there, then continue with npx tsx run.ts --resume'

/** True for the text of a program that a full disk, or a used up quota, has stopped. */
export function saysFullDisk(text: string): boolean {
  return FULL.test(text)
}

/** Cause and remedy of a program's failure, where its text tells of a full disk. */
export function fullDiskIn(
  text: string,
): { readonly cause: string; readonly remedy: string } | null {
  if (!saysFullDisk(text)) return null
  const [, file] = FILE_BEFORE.exec(text) ?? []
  return file === undefined
    ? { cause: 'a disk is full', remedy: `df -h; ${MAKE_ROOM}` }
    : { cause: `the disk of ${dirname(file)} is full`, remedy: makeRoomFor(file) }
}

/** What to do for a file that a full disk has no room for. */
export function makeRoomFor(file: string): string {
  return `df -h ${dirname(file)}; ${MAKE_ROOM}`
}
