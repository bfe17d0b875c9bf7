import Fastify from 'fastify'

/** The least a Fastify server does: one route that returns a small object. */
const app = Fastify({ logger: false })
app.get('/', async () => ({ data: { id: '1', type: 'tests', attributes: { name: 'Checkout' } } }))
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
