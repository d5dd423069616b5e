import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { kubeconfigFile } from '../../lib/lab/kubeconfig.ts'
import { layoutOf } from '../../lib/lab/layout.ts'

const file = kubeconfigFile(layoutOf('lab'), {
  path: '/x/admin.kubeconfig',
  user: 'system:node:k8sworker0',
  pair: 'k8sworker0',
  server: 'https://192.168.199.200:6443',
})

test('a kubeconfig is readable by its owner only', () => {
  assert.deepEqual(
    { ...file, text: '' },
    { kind: 'file', path: '/x/admin.kubeconfig', mode: 0o600, text: '' },
  )
})

test('it names server, authority, user and certificates, and is one that kubectl can read', () => {
  assert.deepEqual(parse(file.text), {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'hardway-lab',
        cluster: {
          server: 'https://192.168.199.200:6443',
          'certificate-authority': '/var/lib/hardway/lab/pki/ca.pem',
        },
      },
    ],
    users: [
      {
        name: 'system:node:k8sworker0',
        user: {
          'client-certificate': '/var/lib/hardway/lab/pki/k8sworker0.pem',
          'client-key': '/var/lib/hardway/lab/pki/k8sworker0-key.pem',
        },
      },
    ],
    contexts: [
      {
        name: 'hardway-lab',
        context: { cluster: 'hardway-lab', user: 'system:node:k8sworker0' },
      },
    ],
    'current-context': 'hardway-lab',
  })
})

test('it holds no secret, and never leaves TLS unverified', () => {
  assert.doesNotMatch(file.text, /-data:|PRIVATE KEY|token|password|insecure/)
})
