import { createMemoryCounter, type WindowCounter } from '../core/window-counter.ts'
import { type Attempts, createAttempts } from './attempts.ts'
import type { Mailer } from './mail.ts'
import { createPasswordHasher, PASSWORD_WORK, type PasswordHasher, type PasswordWork } from './password-hash.ts'

import { createSingleSignOn, type SingleSignOn, type SingleSignOnSettings } from './single-sign-on.ts'

/** What signing in needs of the server. */
export interface People {
  passwords: PasswordHasher
  attempts: Attempts
  /** undefined: no mail is sent. */
  mailer: Mailer | undefined
  /** undefined: there is none. */
  singleSignOn: SingleSignOn | undefined
  /** Whether a password is enough to sign in, and a link to one is mailed. */
  passwordLogin: boolean
  /** Runs what nobody waits for; what goes wrong with it is said in the log. */
  inBackground(job: () => Promise<void>): void
  warn(message: string): void
  /** Waits until nothing is running in the background. */
  settled(): Promise<void>
}

interface Options {
  /** What counts failures; left out: this process does. */
  counter?: WindowCounter | undefined
  mailer?: Mailer | undefined
  singleSignOn?: SingleSignOnSettings | undefined
  passwordLogin?: boolean
  work?: PasswordWork
  warn(message: string): void
}

/** Makes what signing in needs; it opens nothing and starts nothing. */
export function createPeople({
  counter = createMemoryCounter(),
  mailer,
  singleSignOn,
  passwordLogin = true,
  work = PASSWORD_WORK,
  warn,
}: Options): People {
  const running = new Set<Promise<void>>()
  return {
    passwords: createPasswordHasher(work),
    attempts: createAttempts(counter, warn),
    mailer,
    singleSignOn: singleSignOn && createSingleSignOn(singleSignOn, warn),
    passwordLogin,
    warn,
    inBackground(job) {
      const promise = job()
        .catch((error: Error) => warn(`what a sign-in left to do failed: ${error.message}`))
        .finally(() => running.delete(promise))
      running.add(promise)
    },
    async settled() {
      await Promise.all(running)
    },
  }
}
