import { fileURLToPath } from 'node:url'

/** This project's own folder, wherever it is started from. */
export const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url))
