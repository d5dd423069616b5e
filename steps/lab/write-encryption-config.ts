import { type Lab, pairOf } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

/** As the book has it: AES-CBC with one random key of 32 bytes, what is still plain stays readable. */
const TEMPLATE = `kind: EncryptionConfiguration
apiVersion: apiserver.config.k8s.io/v1
resources:
  - resources:
      - secrets
    providers:
      - aescbc:
          keys:
            - name: key1
              secret: {{random:32}}
      - identity: {}
`

export const writeEncryptionConfig = ({ layout }: Lab) =>
  resourceStep({
    id: 'write-encryption-config',
    title: 'Write the key for data at rest',
    chapter: { section: '6', command: 'head -c 32 /dev/urandom | base64 > encryption-config.yaml' },
    touches: [],
    resources: [
      {
        kind: 'secret-file',
        path: `${pairOf(layout, 'encryption-config')}.yaml`,
        template: TEMPLATE,
      },
    ],
    because: 'Secrets are encrypted at rest with a random key',
  })
