import { fileURLToPath } from 'node:url'
import manifest from '../../package.json' with { type: 'json' }

/** This program's version. */
export const VERSION = manifest.version

/** How this program's requests can be told apart in an audit log. */
export const USER_AGENT = `hardway/${VERSION}`

/** This project's own folder, wherever it is started from. */
export const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url))
