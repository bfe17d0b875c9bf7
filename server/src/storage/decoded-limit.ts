import { apiError } from '../core/errors.ts'

const MIB = 1024 * 1024
/** So much may come of nothing: below it no ratio is looked at. */
const FREE = 64 * MIB
/** Bytes that one sent byte may become. */
const RATIO = 200

/** Counts the bytes that sent ones become. */
export interface DecodedLimit {
  /** Counts decoded bytes; throws 413 past the limit, or where they are far more than what was sent (contract §10.1). */
  add(bytes: number): void
}

/** A limit on what compressed bytes become; `sent` answers how many were sent so far. */
export function createDecodedLimit({ most, sent }: { most: number; sent: () => number }): DecodedLimit {
  let decoded = 0
  return {
    add(bytes) {
      decoded += bytes
      if (decoded > most) {
        throw apiError('too_large', {
          title: `This import is too large: at most ${most / MIB} MiB are accepted, counted as they are unpacked`,
          detail: 'Send it in parts with one build-key, or raise ASSAY_MAX_IMPORT_MB.',
        })
      }
      if (decoded > FREE && decoded > RATIO * sent()) {
        throw apiError('too_large', {
          title: `What was sent becomes more than ${RATIO} times as large when it is unpacked: it is not read on`,
          detail: 'Reports do not compress so well. Send it without compression, or in parts.',
        })
      }
    },
  }
}
