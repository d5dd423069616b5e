import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstContact } from '../../lib/kube-client/first-contact.ts'

const SERVERS = ['a', 'b', 'c']

/** Requests that turn away from a dead server, and what each server was asked at the same time at most. */
function clientOf(dead: readonly string[]) {
  let current = 0
  const server = () => SERVERS[current % SERVERS.length] ?? ''
  const contact = firstContact(SERVERS.length, server)
  const now = new Map<string, number>()
  const most = new Map<string, number>()
  const once = async (): Promise<boolean> => {
    const to = server()
    now.set(to, (now.get(to) ?? 0) + 1)
    most.set(to, Math.max(most.get(to) ?? 0, now.get(to) ?? 0))
    await new Promise(setImmediate)
    now.set(to, (now.get(to) ?? 0) - 1)
    if (dead.includes(to)) {
      if (server() === to) current += 1
      return false
    }
    contact.answered(to)
    return true
  }
  const request = async (bystander = false): Promise<boolean> => {
    for (let tried = 0; tried < 4; tried += 1) if (await contact.ask(bystander, once)) return true
    return false
  }
  return { request, most }
}

test('one request meets the dead servers, and all go to the first that answers', async () => {
  const { request, most } = clientOf(['a', 'b'])
  const all = await Promise.all(Array.from({ length: 9 }, () => request()))
  assert.ok(all.every((one) => one))
  assert.deepEqual([most.get('a'), most.get('b'), most.get('c')], [1, 1, 8])
})

test('where none answers nobody waits for the others, and all come to their end', async () => {
  const { request, most } = clientOf(SERVERS)
  const all = await Promise.all(Array.from({ length: 9 }, () => request()))
  assert.ok(all.every((one) => !one))
  assert.ok(Math.max(...most.values()) > 4)
})

test('what may wait for somebody else finds nothing out for the others', async () => {
  const { request, most } = clientOf(['a'])
  assert.deepEqual(await Promise.all([request(true), request(true), request()]), [true, true, true])
  assert.equal(most.get('a'), 3)
})
