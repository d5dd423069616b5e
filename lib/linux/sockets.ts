import { once } from 'node:events'
import { connect } from 'node:net'

/** Whether somebody listens on a unix socket: a file that was left behind refuses. */
export async function answers(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
