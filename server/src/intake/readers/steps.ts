/** Steps of a run; what a report has beyond is counted. */
export const MOST_STEPS = 10_000

/** Deeper steps stand beside each other: names must not grow with how deep a report nests them. */
const DEEPEST = 100

/** The name of a step that lies `level` steps deep, from 0. */
export function stepName(name: string, level: number): string {
  return ' › '.repeat(Math.min(level, DEEPEST)) + name
}
