import { constants, writeSync } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, messageOf, systemCode } from '../core/errors.ts'
import { quoted } from '../core/shell.ts'
import { makeStateFolder, NEW_FILE, openPlain, readPlain, stateTrouble } from './state-folder.ts'

/** The events of a run, a line each; everything else in the folder is made of it. */
const RUN = 'run.jsonl'

/** What no run comes near to. */
const LARGEST = 256 * 2 ** 20

/** A run.jsonl that grows with its run: what a killed one has told is there. */
export interface RunFile {
  /** Never throws: a full disk is no reason to end a run half-way. */
  append(line: string): void
  /** Why lines were lost; undefined where none were. */
  close(): Promise<string | undefined>
}

/** Begins the report of a run in a folder, which is made where there is none. @throws InputError where it has one */
export async function newRunFile(folder: string): Promise<RunFile> {
  await makeStateFolder(folder)
  const path = join(folder, RUN)
  const handle = await openNew(path, folder)
  let lost: string | undefined
  return {
    append(line) {
      if (lost !== undefined) return
      try {
        // At once, so that it is there whatever ends this process.
        writeSync(handle.fd, line)
      } catch (error) {
        lost = `${path} cannot be written: ${messageOf(error)}`
      }
    },
    async close() {
      await handle.close()
      return lost
    },
  }
}

async function openNew(path: string, folder: string) {
  const handle = await openPlain(path, NEW_FILE).catch((error: unknown) => {
    if (!(error instanceof InputError) || systemCode(error.cause) !== 'EEXIST') throw error
    throw new InputError({
      problem: `${folder} has the report of an earlier run already`,
      remedy: `give --report another folder, or move that one away: mv ${quoted(folder)} ${quoted(`${folder.replace(/\/+$/, '')}.old`)}`,
    })
  })
  if (handle !== null) return handle
  throw new InputError({
    problem: `${folder} was taken away`,
    remedy: 'give --report a folder that stays',
  })
}

/** The events of the report in a folder, or of its run.jsonl itself. @throws InputError */
export async function readRunFile(place: string): Promise<{ text: string; path: string }> {
  const found = await lstat(place).catch(() => null)
  const path = found?.isDirectory() === true ? join(place, RUN) : place
  const bytes = await readPlain(path, LARGEST, {
    problem: `${path} is larger than any run.jsonl`,
    remedy: `look at it: ls -l ${quoted(path)}`,
  })
  if (bytes !== null) return { text: bytes.toString('utf8'), path }
  throw new InputError({
    problem: `there is no report in ${place}: ${path} is not there`,
    remedy: 'give the folder that a --report was written into',
  })
}

/** Writes a file of the report, in the place of an earlier one. @throws InputError */
export async function writeReportFile(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC
  const handle = await openPlain(path, flags)
  try {
    await handle?.writeFile(text)
  } catch (error) {
    throw stateTrouble('written', path, error)
  } finally {
    await handle?.close()
  }
}
