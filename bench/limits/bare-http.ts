import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

/** The least Node does: the bytes of a page, ready in memory. */
const body = readFileSync(process.env.BODY_FILE as string)
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length }
const server = createServer((_request, response) => {
  response.writeHead(200, headers)
  response.end(body)
})
server.listen(Number(process.env.PORT), '127.0.0.1')
