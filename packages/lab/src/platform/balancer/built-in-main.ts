// The built-in balancer as a process of its own: `built-in-main.ts PORT READY INSTANCE_PORT…`.

import { builtInBalancer } from './built-in.ts'

const [port, ready = '/', ...instances] = process.argv.slice(2)
const server = builtInBalancer({ instances: instances.map(Number), ready })
server.listen(Number(port), '127.0.0.1')
process.on('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
