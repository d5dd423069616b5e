import { CHAPTER } from './chapter.ts'
import { type Fault, textField } from './text-field.ts'

/** Begins with a letter: `ip link set … netns 123` would mean the process of that number. */
const LABEL = '^[a-z]([-a-z0-9]*[a-z0-9])?$'
const DOMAIN = String.raw`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
const IMAGE = /^([a-z0-9.-]+(:\d+)?\/)?[a-z0-9._/-]+(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/

/** A DNS label, at most `longest` characters. */
export function labelField(description: string, example: string, longest: number) {
  return textField({
    description,
    example,
    longest,
    pattern: LABEL,
    judge: (value) => {
      if (new RegExp(LABEL).test(value)) return null
      const remedy = `begin with a letter, then only a-z, 0-9 and -, such as ${example}`
      return { fault: 'is not a DNS label', remedy }
    },
  })
}

/** The domain of a cluster. */
export const domainField = textField({
  description: "the cluster's DNS domain",
  example: CHAPTER.cluster.domain,
  longest: 200,
  pattern: DOMAIN,
  judge: (value) => {
    if (value.endsWith('.')) return { fault: 'ends with a dot', remedy: 'leave the dot out' }
    const fine =
      new RegExp(DOMAIN).test(value) && value.split('.').every(({ length }) => length < 64)
    return fine ? null : { fault: 'is not a DNS name' }
  },
})

/** An image that stays the same: with a tag or digest. */
export const imageField = textField({
  description: 'the image of the pod that looks names up',
  example: CHAPTER.probe.image,
  longest: 255,
  judge: (value): Fault | null => {
    if (!IMAGE.test(value)) return { fault: 'is not an image name' }
    if (value.includes('@')) return null
    const tag = /:([^/:]+)$/.exec(value)?.[1]
    if (tag === undefined) return { fault: 'has no tag, so it could change between runs' }
    return tag === 'latest' ? { fault: 'can change between runs: latest is not a version' } : null
  },
})
