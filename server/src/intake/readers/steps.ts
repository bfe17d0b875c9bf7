import type { ReportedStep } from './model.ts'

/** Steps of a run; what a report has beyond is counted. */
export const MOST_STEPS = 10_000

/** The name of a step that lies `level` steps deep, from 0. */
export function stepName(name: string, level: number): string {
  return ' › '.repeat(level) + name
}

/** The first steps, and how many were left out. */
export function limitSteps(steps: ReportedStep[]): { steps: ReportedStep[]; left: number } {
  return { steps: steps.slice(0, MOST_STEPS), left: Math.max(0, steps.length - MOST_STEPS) }
}
