import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { answers } from '../../lib/linux/sockets.ts'
import { tempDir } from '../supply/programs/support.ts'

test('a socket answers while somebody listens', async (t) => {
  const path = join(await tempDir(t), 'a.sock')
  const server = createServer()
  t.after(() => server.close())
  server.listen(path)
  await once(server, 'listening')
  assert.equal(await answers(path), true)
  server.close()
  await once(server, 'close')
  assert.equal(await answers(path), false)
})

test('what is no socket, is not there or has too long a name does not answer', async (t) => {
  const folder = await tempDir(t)
  await writeFile(join(folder, 'plain'), '')
  for (const path of [join(folder, 'plain'), join(folder, 'none'), join(folder, 'x'.repeat(200))]) {
    assert.equal(await answers(path), false, path)
  }
})
