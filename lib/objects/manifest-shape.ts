/**
 * What a body is in truth, where it is not YAML at all: proxies and login pages answer with status 200.
 * Null where nothing speaks against a manifest.
 */
export function looksWrong(text: string): string | null {
  const start = text.trimStart().slice(0, 200).toLowerCase()
  if (start === '') return 'is empty'
  if (/^(<!doctype html|<html|<head|<body)/.test(start))
    return 'is an HTML page: a proxy or login page may have answered'
  if (start.startsWith('<?xml') || /^<[a-z]+[\s>]/.test(start))
    return 'is XML: a storage service may have answered with an error'
  // eslint-disable-next-line no-control-regex -- NUL is what tells binary data from text
  if (/\x00/.test(text)) return 'is binary data'
  return null
}
