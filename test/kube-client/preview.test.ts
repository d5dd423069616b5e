import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import type { FieldConflict, KubeObject, Preview } from '../../lib/ports/cluster.ts'
import type { RefusalReason } from '../../lib/core/look-data.ts'
import type { Json } from '../../lib/core/json.ts'
import { configMap, status, stubServer } from './stub-server.ts'
import type { Answer, Handler, Stub } from './stub-server.ts'

const live = configMap('coredns', { Corefile: 'old' })
const wanted: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns', namespace: 'kube-system' },
  data: { Corefile: 'new' },
}

let handler: Handler
let stub: Stub
before(async () => {
  stub = await stubServer((request, answer) => handler(request, answer))
})
after(() => stub.stop())

type Does = (answer: Answer, forced: boolean) => void

async function previewing(
  get: Does,
  dry: Does,
  adopt?: readonly FieldConflict[],
  object = wanted,
): Promise<Preview> {
  handler = ({ method, url }, answer) => {
    if (method === 'GET') get(answer, false)
    else dry(answer, url.includes('force=true'))
  }
  const cluster = await stub.open({ readOnly: true })
  return cluster.preview(object, adopt)
}

const is =
  (body: Json, code = 200): Does =>
  (answer) => {
    answer.json(code, body)
  }
const absent = is(
  status(404, 'NotFound', 'configmaps "coredns" not found', {
    kind: 'configmaps',
    name: 'coredns',
  }),
  404,
)

const conflict = (manager: string, how = ''): Does =>
  is(
    status(409, 'Conflict', 'Apply failed with 1 conflict', {
      causes: [
        {
          reason: 'FieldManagerConflict',
          field: '.data.Corefile',
          message: `conflict with "${manager}"${how}`,
        },
      ],
    }),
    409,
  )

test('an absent object would be created, without what only the real write decides', async () => {
  const dry = {
    ...configMap('coredns', { Corefile: 'new' }),
    metadata: {
      name: 'coredns',
      uid: 'u',
      creationTimestamp: 't',
      resourceVersion: '0',
      managedFields: [{ manager: 'hardway', time: 'now' }],
    },
  }
  const preview = await previewing(absent, is(dry, 201))
  assert.deepEqual(preview, {
    outcome: 'created',
    live: null,
    after: { ...dry, metadata: { name: 'coredns', managedFields: [{ manager: 'hardway' }] } },
  })
})

test('equal values are unchanged, although owners, version and generation would differ', async () => {
  const dry = {
    ...live,
    metadata: { ...live.metadata, generation: 2, managedFields: [{ manager: 'hardway' }] },
  }
  assert.equal((await previewing(is(live), is(dry))).outcome, 'unchanged')
})

test('other values at the same version are changed', async () => {
  const dry = { ...live, data: { Corefile: 'new' } }
  assert.deepEqual(await previewing(is(live), is(dry)), { outcome: 'changed', live, after: dry })
})

test('a write between the two looks makes it look again', async () => {
  let looks = 0
  const dry = { ...live, data: { Corefile: 'new' } }
  const preview = await previewing((answer) => {
    looks += 1
    answer.json(
      200,
      looks === 1 ? { ...live, metadata: { ...live.metadata, resourceVersion: '9' } } : live,
    )
  }, is(dry))
  assert.equal(preview.outcome, 'changed')
  assert.equal(looks, 2)
})

test('an object that always changes ends in an error that says so', async () => {
  let version = 100
  await assert.rejects(
    previewing((answer) => {
      version += 1
      answer.json(200, {
        ...live,
        metadata: { ...live.metadata, resourceVersion: String(version) },
      })
    }, is(live)),
    (error: unknown) =>
      error instanceof StepError && /changes faster than it can be planned/.test(error.message),
  )
})

test('conflicts name field and manager, however the server puts it', async () => {
  for (const how of ['', ' using apps/v1', ' with subresource "scale" using apps/v1']) {
    const preview = await previewing(is(live), conflict('helm', how))
    assert.deepEqual(preview, {
      outcome: 'conflict',
      live,
      conflicts: [{ field: '.data.Corefile', manager: 'helm' }],
    })
  }
})

test('only conflicts that were shown and agreed to are taken over', async () => {
  const dry: Does = (answer, forced) => {
    if (forced) answer.json(200, { ...live, data: { Corefile: 'new' } })
    else conflict('helm')(answer, false)
  }
  const agreed = [{ field: '.data.Corefile', manager: 'helm' }]
  assert.equal((await previewing(is(live), dry, agreed)).outcome, 'changed')
  assert.equal(
    (await previewing(is(live), dry, [{ field: '.data.Corefile', manager: 'kubectl' }])).outcome,
    'conflict',
  )
  assert.equal((await previewing(is(live), dry, [])).outcome, 'conflict')
})

test('an object that is being deleted is not planned as if it stayed', async () => {
  const going = {
    ...live,
    metadata: { ...live.metadata, deletionTimestamp: '2026-11-23T00:00:00Z', finalizers: ['a/b'] },
  }
  const preview = await previewing(is(going), is(going))
  assert.equal(preview.outcome, 'invalid')
  assert.deepEqual('reasons' in preview && preview.reasons, [
    {
      message:
        'configmap/coredns in kube-system is being deleted since 2026-11-23T00:00:00Z, held by a/b',
      admission: {
        cause: 'somebody has deleted it, and it stays until a/b lets go of it',
        cure: `kubectl -n kube-system patch configmap/coredns --type=merge -p '{"metadata":{"finalizers":null}}'; npx tsx run.ts`,
      },
    },
  ])
})

test('what only waits for what it has made is waited for, and nothing is taken off it', async () => {
  const metadata = { deletionTimestamp: '2026-11-23T00:00:00Z', finalizers: ['foregroundDeletion'] }
  const going = { ...live, metadata: { ...live.metadata, ...metadata } }
  const preview = await previewing(is(going), is(going))
  assert.deepEqual(
    'reasons' in preview && preview.reasons.map(({ admission }) => admission?.cure),
    ['kubectl -n kube-system wait --for=delete configmap/coredns; npx tsx run.ts'],
  )
})

const impossible: readonly (readonly [string, Does, string | RefusalReason])[] = [
  [
    'an immutable field',
    is(
      status(422, 'Invalid', 'invalid', {
        causes: [{ field: 'spec.selector', message: 'Invalid value: field is immutable' }],
      }),
      422,
    ),
    { field: 'spec.selector', message: 'Invalid value: field is immutable' },
  ],
  [
    'an unknown field, which is a 500',
    is(
      {
        status: 'Failure',
        code: 500,
        message: 'failed to create typed patch object (a): .datta: field not declared in schema',
      },
      500,
    ),
    { field: 'datta', message: 'field not declared in schema', written: true },
  ],
  [
    'a pod that the namespace is closed to',
    is(
      status(403, 'Forbidden', 'pods "a" is forbidden: violates PodSecurity "baseline:latest": x'),
      403,
    ),
    'pods "a" is forbidden: violates PodSecurity "baseline:latest": x',
  ],
  [
    'a pod that a quota leaves no room for',
    is(
      status(403, 'Forbidden', 'pods "a" is forbidden: exceeded quota: q, requested: pods=1'),
      403,
    ),
    {
      message: 'pods "a" is forbidden: exceeded quota: q, requested: pods=1',
      admission: {
        cause: 'the quota q has no room left for it: requested: pods=1',
        cure: 'kubectl -n kube-system describe resourcequota q; kubectl -n kube-system edit resourcequota q',
      },
    },
  ],
  [
    'a duplicate key',
    is(status(400, 'BadRequest', 'key "a" already set in map'), 400),
    { message: 'key "a" already set in map', written: true },
  ],
  [
    'an absent namespace',
    is(status(404, 'NotFound', 'namespaces "x" not found', { kind: 'namespaces', name: 'x' }), 404),
    'namespaces "x" not found',
  ],
  [
    'a namespace that is going',
    is(
      status(403, 'Forbidden', 'namespace x is being terminated', {
        causes: [{ reason: 'NamespaceTerminating', message: 'x' }],
      }),
      403,
    ),
    'namespace x is being terminated',
  ],
]

for (const [what, dry, reason] of impossible) {
  test(`${what} is told in the plan`, async () => {
    const preview = await previewing(absent, dry)
    const reasons = [typeof reason === 'string' ? { message: reason } : reason]
    assert.deepEqual(preview, { outcome: 'invalid', live: null, reasons })
  })
}

test('values of other types than the kind has are told each, in the words of who writes YAML', async () => {
  const message = [
    'failed to create typed patch object (kube-system/coredns; apps/v1, Kind=Deployment): errors:',
    '  .spec.replicas: expected numeric (int or float), got string',
    '  .spec.template.spec.containers[name="a: b"].env[name="A"].value: expected string, got &value.valueUnstructured{Value:true}',
    '  .metadata.annotations.prometheus.io/port: expected string, got &value.valueUnstructured{Value:9153}',
    '  .metadata.labels.a: expected string, got &value.valueUnstructured{Value:map[b:1]}',
    '  .spec.paused: expected boolean, got &value.valueUnstructured{Value:"maybe"}',
  ].join('\n')
  const preview = await previewing(absent, is({ status: 'Failure', code: 500, message }, 500))
  const quotes = (value: string) =>
    `has to be text, and YAML reads it as ${value}: put it in quotes`
  const told = [
    ['spec.replicas', 'has to be a number, and is none: write it without quotes'],
    ['spec.template.spec.containers[name="a: b"].env[name="A"].value', quotes('true')],
    ['metadata.annotations.prometheus.io/port', quotes('9153')],
    ['metadata.labels.a', 'has to be text, and is a list or a map'],
    ['spec.paused', 'has to be true or false, without quotes'],
  ]
  assert.deepEqual(
    'reasons' in preview && preview.reasons,
    told.map(([field, said]) => ({ field, message: said, written: true })),
  )
})

test('a clusterIP that another Service has is told, since the server’s dry-run does not notice', async () => {
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { clusterIP: '10.32.0.10' },
  }
  handler = ({ method, url }, answer) => {
    if (method === 'PATCH') answer.json(201, service)
    else if (url.startsWith('/api/v1/services'))
      answer.json(200, {
        metadata: {},
        items: [
          {
            metadata: {
              name: 'typha',
              namespace: 'other',
              annotations: { 'meta.helm.sh/release-name': 'calico' },
            },
            spec: { clusterIP: '10.32.0.10', ports: [{ port: 5473 }] },
          },
        ],
      })
    else absent(answer, false)
  }
  const cluster = await stub.open({ readOnly: true })
  assert.deepEqual(await cluster.preview(service), {
    outcome: 'invalid',
    live: null,
    reasons: [
      {
        field: 'spec.clusterIP',
        message: '10.32.0.10 belongs to service/typha in other (Helm release calico)',
        holder: { namespace: 'other', name: 'typha', owner: 'Helm release calico', dns: false },
      },
    ],
  })
})

test('placeholders for addresses are no predictions', async () => {
  const service: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { type: 'ClusterIP' },
  }
  const preview = await previewing(
    absent,
    is(
      {
        ...service,
        spec: { type: 'ClusterIP', clusterIP: '10.32.0.0', clusterIPs: ['10.32.0.0'] },
      },
      201,
    ),
    [],
    service,
  )
  assert.deepEqual('after' in preview && preview.after['spec'], { type: 'ClusterIP' })
})

test('a pod in a new namespace is asked for again until its account is there', async () => {
  let asked = 0
  const message =
    'pods "a" is forbidden: error looking up service account default/default: serviceaccount "default" not found'
  const preview = await previewing(absent, (answer) => {
    asked += 1
    if (asked < 3) answer.json(403, status(403, 'Forbidden', message))
    else answer.json(201, configMap('coredns', { Corefile: 'new' }))
  })
  assert.equal(preview.outcome, 'created')
  const never = previewing(absent, is(status(403, 'Forbidden', message), 403))
  await assert.rejects(never, /may not plan/)
})
