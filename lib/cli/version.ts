import manifest from '../../package.json' with { type: 'json' }

/** This program's version. */
export const VERSION = manifest.version

/** How this program's requests can be told apart in an audit log. */
export const USER_AGENT = `hardway/${VERSION}`
