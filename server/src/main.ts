import { serve } from './serve.ts'

try {
  await serve(process.env)
  process.exit(0)
} catch (error) {
  process.stderr.write(`Assay cannot start.\n${(error as Error).message}\n`)
  process.exit(2)
}
