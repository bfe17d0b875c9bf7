import { describe, expect, it } from 'vitest'
import {
  combine,
  countStatuses,
  exitStatus,
  isLater,
  lastMoment,
  type RunMoment,
  readStepStatus,
} from './statuses.rules.ts'

describe('the status of a step (contract §1.14)', () => {
  it.each([
    ['PASSED', 'PASSED'],
    ['FAILED', 'FAILED'],
    ['BLOCKED', 'BLOCKED'],
    ['NO RUN', 'NO RUN'],
    ['N/A', 'N/A'],
    ['passed', 'PASSED'],
    ['Blocked', 'BLOCKED'],
    ['n/a', 'N/A'],
    ['no_run', 'NO RUN'],
    ['No_Run', 'NO RUN'],
    // Equal in lower case (contract §1.11): the sign of the unit kelvin is a k.
    ['BLOC\u212AED', 'BLOCKED'],
    [undefined, 'NO RUN'],
    [null, 'NO RUN'],
    ['', 'NO RUN'],
  ])('reads %j as %s', (sent, status) => {
    expect(readStepStatus(sent)).toBe(status)
  })

  it.each([
    ['a status of runs only', 'NOT COMPLETED'],
    ['another word', 'OK'],
    ['a part of a word', 'PASS'],
    ['letters that are others only in upper case', 'pa\u00DFed'],
    ['a long s', 'pa\u017F\u017Fed'],
    ['an i without a dot', 'fa\u0131led'],
    ['a dash for the space', 'no-run'],
    ['two statuses', 'PASSED,FAILED'],
    ['a number', 0],
    ['a boolean', true],
    ['an object', {}],
    ['an array', ['PASSED']],
  ])('refuses %s', (_, sent) => {
    expect(readStepStatus(sent)).toBeUndefined()
  })
})

describe('combine (contract §1.14)', () => {
  it.each([
    [[], 'NO RUN'],
    [['N/A'], 'NO RUN'],
    [['N/A', 'N/A'], 'NO RUN'],
    [['NO RUN', 'NO RUN'], 'NO RUN'],
    [['NO RUN', 'N/A'], 'NO RUN'],
    [['PASSED', 'PASSED'], 'PASSED'],
    [['PASSED', 'N/A'], 'PASSED'],
    [['PASSED', 'NO RUN'], 'NOT COMPLETED'],
    [['PASSED', 'NO RUN', 'N/A'], 'NOT COMPLETED'],
    [['NOT COMPLETED'], 'NOT COMPLETED'],
    [['NOT COMPLETED', 'PASSED'], 'NOT COMPLETED'],
    [['NOT COMPLETED', 'NO RUN'], 'NOT COMPLETED'],
    [['BLOCKED', 'PASSED', 'NO RUN'], 'BLOCKED'],
    [['BLOCKED', 'NOT COMPLETED'], 'BLOCKED'],
    [['BLOCKED', 'N/A'], 'BLOCKED'],
    [['PASSED', 'BLOCKED', 'FAILED'], 'FAILED'],
    [['FAILED', 'NOT COMPLETED', 'NO RUN'], 'FAILED'],
    [['FAILED', 'N/A'], 'FAILED'],
  ] as const)('of %j is %s, in any order', (statuses, whole) => {
    expect(combine(countStatuses(statuses))).toBe(whole)
    expect(combine(countStatuses([...statuses].reverse()))).toBe(whole)
  })

  it('takes a count of 0 for an absent status', () => {
    expect(combine({ FAILED: 0, BLOCKED: 0, 'NOT COMPLETED': 0, 'NO RUN': 0, PASSED: 3 })).toBe('PASSED')
    expect(combine({ FAILED: 0, PASSED: 0, 'NO RUN': 2 })).toBe('NO RUN')
  })

  it('counts each status, and names none that is absent', () => {
    expect(countStatuses(new Set())).toEqual({})
    expect(countStatuses(['PASSED', 'N/A', 'PASSED', 'NO RUN'])).toEqual({ PASSED: 2, 'N/A': 1, 'NO RUN': 1 })
  })
})

describe('the verdict of an exit code (contract §1.14)', () => {
  it.each([
    [undefined, 'NO RUN'],
    [null, 'NO RUN'],
    ['', 'NO RUN'],
    [' \t\n', 'NO RUN'],
    [0, 'PASSED'],
    ['0', 'PASSED'],
    ['0.0', 'PASSED'],
    ['0e0', 'PASSED'],
    [1, 'FAILED'],
    [-1, 'FAILED'],
    [0.5, 'FAILED'],
    [1e300, 'FAILED'],
    ['1', 'FAILED'],
    ['1e-400', 'FAILED'],
    [`0.${'0'.repeat(400)}1`, 'FAILED'],
    ['-0.0e5', 'PASSED'],
    ['0'.repeat(400), 'PASSED'],
    ['9'.repeat(2000), 'FAILED'],
    [true, 'FAILED'],
    [false, 'FAILED'],
    ['PASSED', 'FAILED'],
    ['zero', 'FAILED'],
  ])('of %j is %s', (sent, status) => {
    expect(exitStatus(sent)).toBe(status)
  })

  it('of zero is PASSED, whatever its sign', () => {
    expect([0, -0].map(exitStatus)).toEqual(['PASSED', 'PASSED'])
  })

  it.each([[{}], [[]], [[0]], [{ code: 0 }]])('of %j is none', (sent) => {
    expect(exitStatus(sent)).toBeUndefined()
  })
})

describe('the latest run (contract §1.14)', () => {
  const moment = (run_date: number, created_at: number, id: number): RunMoment => ({ run_date, created_at, id })

  it.each([
    ['run-date outweighs all', moment(2000, 1, 1), moment(1000, 9, 9)],
    ['of one run-date created-at decides', moment(1000, 6, 1), moment(1000, 5, 9)],
    ['of one moment the id decides, as a number', moment(1000, 5, 10), moment(1000, 5, 9)],
    ['dates before 1970 too', moment(-1000, 5, 1), moment(-2000, 5, 1)],
  ])('%s', (_, later, earlier) => {
    expect([isLater(later, earlier), isLater(earlier, later)]).toEqual([true, false])
  })

  it('is not later than itself', () => {
    expect(isLater(moment(1000, 5, 9), moment(1000, 5, 9))).toBe(false)
  })

  it('is none where no run is kept', () => {
    expect(lastMoment({ last_run_at: null, last_run_created_at: null, last_run_id: null })).toBeUndefined()
  })

  it('is the one kept, also at the very beginning of time', () => {
    const kept = { last_run_at: 0, last_run_created_at: 1500, last_run_id: 12 }
    expect(lastMoment(kept)).toEqual({ run_date: 0, created_at: 1500, id: 12 })
  })
})

describe('statuses', () => {
  it.each([
    [['PASSED', 'PASSED'], 'PASSED'],
    [['PASSED', 'N/A'], 'PASSED'],
    [['N/A'], 'NO RUN'],
    [[], 'NO RUN'],
    [['NO RUN', 'PASSED'], 'NOT COMPLETED'],
    [['BLOCKED', 'PASSED'], 'BLOCKED'],
    [['BLOCKED', 'FAILED'], 'FAILED'],
    [['NOT COMPLETED', 'NO RUN'], 'NOT COMPLETED'],
  ] as const)('combine(%j) = %s', (statuses, whole) => {
    expect(combine(countStatuses(statuses))).toBe(whole)
  })

  it.each([
    [0, 'PASSED'],
    ['0.0', 'PASSED'],
    ['', 'NO RUN'],
    [null, 'NO RUN'],
    [-1, 'FAILED'],
    [false, 'FAILED'],
    ['ok', 'FAILED'],
    [{}, undefined],
  ])('exit code %j means %s', (code, status) => {
    expect(exitStatus(code)).toBe(status)
  })

  it('reads step statuses in any spelling', () => {
    expect(['no_run', 'Passed', 'n/a', undefined, 'x'].map(readStepStatus)).toEqual([
      'NO RUN',
      'PASSED',
      'N/A',
      'NO RUN',
      undefined,
    ])
  })
})
