// The built-in balancer as a process of its own: `built-in-main.ts PORT READY KEEP_ALIVE INSTANCE_PORT…`.

import { builtInBalancer } from './built-in.ts'

const [port, ready = '/', keepAlive, ...instances] = process.argv.slice(2)
const keep_alive = keepAlive === 'off' ? 'off' : 'on'
const server = builtInBalancer({ instances: instances.map(Number), ready, keep_alive })
server.listen(Number(port), '127.0.0.1')
process.on('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
