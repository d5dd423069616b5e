import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, createServer, type TLSSocket } from 'node:tls'
import type { Certificate } from '../../../lib/ports/resources.ts'
import { type Json, at } from '../../../lib/core/json.ts'
import { tempDir } from '../../supply/programs/support.ts'
import { look, makesAndRemoves, now, put, restore, sh } from './support.ts'

interface Pki {
  readonly folder: string
  readonly ca: Certificate
  readonly server: Certificate
}

/** An authority and a certificate of it, the authority issued. */
async function pki(t: TestContext): Promise<Pki> {
  const folder = await tempDir(t)
  const ca: Certificate = {
    ...{ kind: 'certificate', path: join(folder, 'ca'), commonName: 'Test CA' },
    ...{ organization: 'Tests', names: [], authority: null },
  }
  const server: Certificate = {
    ...{ kind: 'certificate', path: join(folder, 'server'), commonName: 'system:node:a' },
    ...{ organization: 'system:nodes', names: ['a.example', '10.32.0.1', '127.0.0.1'] },
    authority: ca.path,
  }
  await put(ca)
  return { folder, ca, server }
}

async function leaf({ path }: Certificate): Promise<X509Certificate> {
  return new X509Certificate(await readFile(`${path}.pem`))
}

test('a certificate and its key are issued, found, and removed', async (t) => {
  const { server } = await pki(t)
  await makesAndRemoves(server, `certificate ${server.path}.pem`)
})

test('one that is to be valid at another time is so, and never good for now', async (t) => {
  const { server } = await pki(t)
  for (const validity of ['over', 'to come'] as const) {
    const other = { ...server, path: `${server.path}-${validity.replace(' ', '-')}`, validity }
    await put(other)
    assert.equal((await look(other)).change, null)
    const usual = { ...server, path: other.path }
    assert.equal(at(await now(usual), 'usable'), false)
    const { validFrom, validTo } = await leaf(other)
    const isOver = Date.parse(validTo) < Date.now()
    assert.deepEqual([isOver, Date.parse(validFrom) > Date.now()], [validity === 'over', !isOver])
  }
})

test('an authority signs itself and may sign others, a certificate may not', async (t) => {
  const { ca, server } = await pki(t)
  await put(server)
  assert.deepEqual([(await leaf(ca)).ca, (await leaf(server)).ca], [true, false])
  assert.equal(at(await now(ca), 'signedBy'), 'itself')
})

test('openssl accepts the chain, for servers and for clients', async (t) => {
  const { ca, server } = await pki(t)
  await put(server)
  for (const purpose of ['sslserver', 'sslclient']) {
    const args = ['-x509_strict', '-purpose', purpose, '-CAfile', `${ca.path}.pem`]
    const said = await sh('openssl', 'verify', ...args, `${server.path}.pem`)
    assert.equal(said, `${server.path}.pem: OK`)
  }
})

test('server and client know each other by it in a handshake', async (t) => {
  const { ca, server } = await pki(t)
  await put(server)
  const authority = await readFile(`${ca.path}.pem`)
  const pair = {
    ca: authority,
    cert: await readFile(`${server.path}.pem`),
    key: await readFile(`${server.path}-key.pem`),
  }
  const listening = createServer({ ...pair, requestCert: true, rejectUnauthorized: true })
  t.after(() => listening.close())
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  const met = once(listening, 'secureConnection')
  const socket = connect({ ...pair, host: '127.0.0.1', port })
  await once(socket, 'secureConnect')
  const [peer] = (await met) as [TLSSocket]
  assert.deepEqual([socket.authorized, peer.getPeerCertificate().subject.O], [true, 'system:nodes'])
  socket.destroy()
})

test('keys are for root alone, certificates for everybody', async (t) => {
  const { ca } = await pki(t)
  const modes = ['-key.pem', '.pem'].map(async (end) => (await lstat(ca.path + end)).mode & 0o7777)
  assert.deepEqual(await Promise.all(modes), [0o600, 0o644])
})

test('what is seen of it never holds the key', async (t) => {
  const { server } = await pki(t)
  await put(server)
  assert.deepEqual(await now(server), {
    commonName: 'system:node:a',
    organization: 'system:nodes',
    names: ['10.32.0.1', '127.0.0.1', 'a.example'],
    signedBy: server.authority,
    usable: true,
  })
})

test('a subject without an organization is one', async (t) => {
  const { server } = await pki(t)
  const plain = { ...server, organization: '', names: [] }
  await put(plain)
  assert.equal((await look(plain)).change, null)
})

/** What makes a certificate be issued again, and the field that tells so. */
const CHANGES: Readonly<
  Record<string, { readonly spoil: (pki: Pki) => Promise<Certificate>; readonly seen: Json }>
> = {
  'other names': {
    spoil: ({ server }) => Promise.resolve({ ...server, names: [...server.names, 'b.example'] }),
    seen: { names: ['10.32.0.1', '127.0.0.1', 'a.example'] },
  },
  'another subject': {
    spoil: ({ server }) => Promise.resolve({ ...server, commonName: 'system:node:b' }),
    seen: { commonName: 'system:node:a' },
  },
  'an authority issued again': {
    spoil: async ({ ca, server }) => {
      await restore(ca, null)
      await put(ca)
      return server
    },
    seen: { signedBy: 'another' },
  },
  'an authority that is gone': {
    spoil: async ({ ca, server }) => {
      await rm(`${ca.path}.pem`)
      return server
    },
    seen: { signedBy: 'another' },
  },
  'few days left': {
    spoil: async ({ ca, server }) => {
      const request = `${server.path}.csr`
      const subject = '/O=system:nodes/CN=system:node:a'
      await sh(
        ...(['openssl', 'req', '-new', '-key', `${server.path}-key.pem`] as const),
        ...['-subj', subject, '-addext', 'subjectAltName=DNS:a.example', '-out', request],
      )
      await sh(
        ...(['openssl', 'x509', '-req', '-in', request, '-days', '10'] as const),
        ...['-CA', `${ca.path}.pem`, '-CAkey', `${ca.path}-key.pem`, '-copy_extensions', 'copy'],
        ...['-out', `${server.path}.pem`],
      )
      return { ...server, names: ['a.example'] }
    },
    seen: { usable: false, names: ['a.example'] },
  },
  'the key of another': {
    spoil: async ({ ca, server }) => {
      await writeFile(`${server.path}-key.pem`, await readFile(`${ca.path}-key.pem`))
      return server
    },
    seen: { usable: false },
  },
  'a key that is gone': {
    spoil: async ({ server }) => {
      await rm(`${server.path}-key.pem`)
      return server
    },
    seen: { usable: false },
  },
  'what is no certificate': {
    spoil: async ({ server }) => {
      await writeFile(`${server.path}.pem`, 'not PEM')
      return server
    },
    seen: { usable: false },
  },
}

for (const [what, { spoil, seen }] of Object.entries(CHANGES)) {
  test(`a certificate with ${what} is told and issued again`, async (t) => {
    const given = await pki(t)
    await put(given.server)
    const wanted = await spoil(given)
    const found = await look(wanted)
    assert.deepEqual({ ...(found.now as object), ...(seen as object) }, found.now)
    assert.equal(found.change?.action, 'change')
    if (what === 'an authority that is gone') await put(given.ca)
    await put(wanted)
    assert.equal((await look(wanted)).change, null)
  })
}

test('a certificate that was there before is not given back, and that is said', async (t) => {
  const { server } = await pki(t)
  await put(server)
  const { serialNumber } = await leaf(server)
  assert.deepEqual(await restore(server, { usable: false }), [
    `certificate ${server.path}.pem stays as issued last: no key is kept to restore`,
  ])
  assert.equal((await leaf(server)).serialNumber, serialNumber)
})

test('a certificate into a folder that is not there fails and leaves nothing', async (t) => {
  const { folder, server } = await pki(t)
  const path = join(folder, 'none', 'server')
  await assert.rejects(put({ ...server, path }), { code: 'ENOENT' })
  await mkdir(join(folder, 'none'))
  assert.equal(await now({ ...server, path }), null)
})
