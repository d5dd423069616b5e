import { connect } from 'node:net'

/** Whether somebody listens on a unix socket: a file that was left behind refuses. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const say = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => {
      say(true)
    })
    socket.once('error', () => {
      say(false)
    })
  })
}
