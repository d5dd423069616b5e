import type { YAMLError } from 'yaml'
import type { Problem } from './problem.ts'

const INDENT = 'indent with spaces, the same number on lines of the same level'
const NO_TAG = { problem: 'a tag (!…) means nothing here', remedy: 'remove the tag' }
const LOOK = 'look for a bracket, quote or colon too many or too few, here or just before'

export const TOO_DEEP: Problem = {
  problem: 'this is nested too deeply',
  remedy: 'an inventory has four levels: write it as inventory.schema.json has it',
}

/** Parser errors whose own wording repeats what the file holds, or does not say what to do. */
const KNOWN: Partial<Record<YAMLError['code'], Problem>> = {
  BAD_ALIAS: {
    problem: 'an anchor (&…) or alias (*…) has no usable name',
    remedy: 'put text that begins with & or * in quotes',
  },
  BAD_COLLECTION_TYPE: NO_TAG,
  BAD_DIRECTIVE: { problem: 'a % line means nothing here', remedy: 'remove that line' },
  BAD_DQ_ESCAPE: {
    problem: 'YAML knows no such escape',
    remedy: 'write the backslash twice, or put the text in single quotes',
  },
  BAD_INDENT: { problem: 'the indentation is broken here', remedy: INDENT },
  BAD_SCALAR_START: {
    problem: 'unquoted text cannot begin with this character',
    remedy: 'put the text in quotes',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    problem: 'a second “key: value” begins on the same line',
    remedy: 'put it on a line of its own, or the text in quotes',
  },
  MULTILINE_IMPLICIT_KEY: {
    problem: 'a line has neither “key: value” nor “- item”, so it runs into the next',
    remedy: 'put a colon and a space after the key',
  },
  MULTIPLE_DOCS: {
    problem: 'a second YAML document begins',
    remedy: 'remove the --- or ... and what follows: an inventory is one document',
  },
  NON_STRING_KEY: { problem: 'a key is not plain text', remedy: 'write it as “key: value”' },
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAB_AS_INDENT: { problem: 'there is a tab in the indentation', remedy: INDENT },
  TAG_RESOLVE_FAILED: NO_TAG,
  UNEXPECTED_TOKEN: { problem: 'YAML expects something else here', remedy: LOOK },
}

/** What a parser error means, without a word of what the file holds. */
export function explainYaml({ code, message }: YAMLError): Problem {
  // The rest are fixed sentences of the parser: `Missing closing "quote`.
  const problem = `this is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
  return KNOWN[code] ?? { problem, remedy: LOOK }
}
