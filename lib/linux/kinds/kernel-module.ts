import { access } from 'node:fs/promises'
import { absent } from '../files.ts'
import { run } from '../../process/command.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import type { KernelModule } from '../../ports/resources.ts'
import { type Kind, oneByOne } from './kind.ts'

export const kernelModule: Kind<KernelModule> = {
  name: ({ name }) => `kernel module ${name}`,
  wanted: () => ({}),
  look: oneByOne(async ({ provides }) =>
    (await access(provides).catch(absent)) === null ? null : {},
  ),
  async put({ name }) {
    await runOrThrow(['modprobe', name])
  },
  async restore({ name }, before) {
    // Refused by the kernel when somebody uses it by now; then it stays, and rightly so. Where there
    // is no modprobe, nothing was loaded.
    if (before === null) await run(['modprobe', '--remove', name]).catch(() => undefined)
  },
}
