import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findWrongServices } from './check-compose.ts'
import { findWrongManifests } from './check-kubernetes.ts'
import { findWrongAlerts, findWrongPanels, listSeries } from './check-monitoring.ts'
import { findMissingSources, findWrongImage, listFiles } from './image-files.ts'

const FOLDER = 'docs/self-hosting'

/** What is wrong with the files that operators take from docs/self-hosting, a line a problem. */
export function findSelfHostingProblems(root: string): string[] {
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const [alerts, dashboard] = [`${FOLDER}/monitoring/alerts.yaml`, `${FOLDER}/monitoring/dashboard.json`]
  const series = listSeries()
  const manifests = readdirSync(join(root, FOLDER, 'kubernetes')).filter((name) => name !== 'assay.env')
  const image = `${FOLDER}/Dockerfile`
  const imageProblems = [
    ...findMissingSources(read(image), root),
    ...findWrongImage(listFiles(root), read(`${image}.dockerignore`)),
  ]
  return [
    ...findWrongAlerts(alerts, read(alerts), read('docs/runbooks.md'), series),
    ...findWrongPanels(dashboard, read(dashboard), series),
    ...findWrongServices({
      path: `${FOLDER}/compose.yaml`,
      text: read(`${FOLDER}/compose.yaml`),
      prometheus: read(`${FOLDER}/monitoring/prometheus.yaml`),
      exists: (path) => existsSync(join(root, FOLDER, path)),
    }),
    ...findWrongManifests(new Map(manifests.map((name) => [name, read(`${FOLDER}/kubernetes/${name}`)]))),
    ...imageProblems.map((problem) => `${image}: ${problem}`),
  ]
}
