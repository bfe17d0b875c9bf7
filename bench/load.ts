import autocannon from 'autocannon'

/** What a load measured. */
export interface Measure {
  /** Answers a second. */
  rate: number
  /** Milliseconds. */
  p50: number
  p99: number
}

export interface Load {
  url: string
  /** Sent as PTToken. */
  token: string
  /** For a peer that takes no PTToken. */
  authorization?: string
  /** Paths below the URL, one a request in turn. */
  paths: readonly string[]
  method?: 'GET' | 'POST'
  /** Body of request `n`. */
  body?: (n: number) => string
  clients: number
  /** Less than one: five requests of each client. */
  seconds: number
}

/** The value below which a share of sorted values lies. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

/**
 * Sends requests over keep-alive connections for some seconds, after a warm-up of a fifth of them. Latencies are
 * measured to the microsecond, which autocannon's own histogram is not. Throws when an answer is not 200.
 */
export async function runLoad(load: Load): Promise<Measure> {
  if (load.seconds >= 1) await fire({ ...load, seconds: load.seconds / 5 })
  return fire(load)
}

function fire({ url, token, authorization, paths, method = 'GET', body, clients, seconds }: Load): Promise<Measure> {
  const headers = {
    pttoken: token,
    ...(authorization === undefined ? {} : { authorization }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  // autocannon looks at the clock once a second; for less it sends a handful of requests for each client.
  const extent = seconds < 1 ? { amount: clients * 5 } : { duration: seconds }
  let sent = 0
  const requests: autocannon.Request[] = [
    {
      method,
      headers,
      setupRequest: (request) => {
        const n = sent++
        return { ...request, path: paths[n % paths.length] as string, ...(body ? { body: body(n) } : {}) }
      },
    },
  ]
  return new Promise((resolve, reject) => {
    const times: number[] = []
    let failed: string | undefined
    const started = performance.now()
    let last = started
    const instance = autocannon({ url, connections: clients, ...extent, requests, timeout: 60 }, (error, result) => {
      if (error) reject(error)
      else if (failed || result.errors > 0) reject(new Error(`${method} ${paths[0]}: ${failed ?? 'connection lost'}`))
      else {
        times.sort((a, b) => a - b)
        const rate = times.length / ((last - started) / 1000)
        resolve({ rate, p50: quantile(times, 0.5), p99: quantile(times, 0.99) })
      }
    })
    instance.on('response', (_client, status, _bytes, time) => {
      if (status !== 200) failed = `answered ${status}`
      times.push(time)
      last = performance.now()
    })
  })
}
