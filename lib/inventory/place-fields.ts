import { CHAPTER } from './chapter.ts'
import { type Fault, textField } from './text-field.ts'

const URL_FIELD = { longest: 2048, pattern: '^https?://' }

/** Where the chapter's manifest is fetched. */
export const urlField = textField({
  ...URL_FIELD,
  description: 'the address of the manifest',
  example: CHAPTER.manifest.url,
  judge: judgeUrl,
})

/** A place that stands for another: paths are put behind it. */
export function mirrorField(description: string, example: string) {
  return textField({
    ...URL_FIELD,
    description,
    example,
    judge: (value) => {
      const fault = judgeUrl(value)
      if (fault !== null || !/[?#]/.test(value)) return fault
      const remedy = 'leave out that part'
      return { fault: 'has a ? or # part, and paths are put behind it', remedy }
    },
  })
}

function judgeUrl(value: string): Fault | null {
  if (!/^https?:\/\//i.test(value)) {
    return { fault: 'begins neither with https:// nor with http://' }
  }
  const url = URL.parse(value)
  if (url === null || /\s/.test(value)) return { fault: 'is no URL' }
  if (url.username === '' && url.password === '') return null
  const remedy = 'leave them out: an inventory is shown, copied and committed'
  return { fault: 'holds a user name or password', remedy }
}

/** A SHA-256 in hexadecimal. */
export const sha256Field = textField({
  description: 'the SHA-256 of the manifest, 64 hexadecimal digits',
  example: CHAPTER.manifest.sha256,
  longest: 128,
  pattern: '^[0-9a-fA-F]{64}$',
  judge: (value) => {
    if (/^[0-9a-f]{64}$/i.test(value)) return null
    const remedy = 'write what sha256sum coredns.yaml prints, without anything before or after it'
    return { fault: 'is not 64 hexadecimal digits', remedy }
  },
})

/** The path of a kubeconfig file. */
export const kubeconfigField = textField({
  description: 'the kubeconfig file, relative to the inventory; ~ is your home',
  example: '~/.kube/config',
  longest: 4096,
  judge: (value) => {
    const remedy = 'write the path out'
    if (value.includes('$')) return { fault: 'holds a $, and variables are not looked up', remedy }
    if (!value.startsWith('~') || value.startsWith('~/')) return null
    return { fault: 'begins with the home of another user', remedy }
  },
})

/** The name of a context in that file. */
export const contextField = textField({
  description: 'the context in that kubeconfig; kubectl config get-contexts lists them',
  example: 'kubernetes-the-hard-way',
  longest: 253,
})
