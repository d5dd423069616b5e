/** Why a lab cannot be here; false where it can: what `test` takes as `skip`. */
export const noLab: string | false =
  process.platform !== 'linux'
    ? `a lab needs Linux, this is ${process.platform}`
    : process.getuid?.() !== 0
      ? 'a lab needs root'
      : false

// Where they have to run, a machine that cannot carry them is a failure and no reason to skip.
if (noLab !== false && process.env['HARDWAY_E2E'] === 'required') throw new Error(noLab)
