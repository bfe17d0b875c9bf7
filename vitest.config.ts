import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{server,cli,sdk}/src/**/*.test.ts', 'e2e/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'e2e/dogfood.test.ts'],
    globalSetup: ['server/src/test/clear-records.ts', 'test-support/postgres.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // They bound what hangs; nothing is proved by them, and a slow machine keeps to them as well.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', ['junit', { outputFile: 'reports/junit.xml', suiteName: 'Assay' }]],
  },
})
