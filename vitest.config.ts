import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{server,cli,sdk}/src/**/*.test.ts', 'e2e/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'e2e/dogfood.test.ts'],
    globalSetup: ['server/src/test/clear-records.ts', 'test-support/postgres.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', ['junit', { outputFile: 'reports/junit.xml', suiteName: 'Assay' }]],
  },
})
