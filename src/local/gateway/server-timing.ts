/**
 * The `Server-Timing` header, with the steps by PostgREST's names: what ran before a failure is in
 * it, what did not run is not.
 * https://docs.postgrest.org/en/stable/references/observability.html#server-timing-header
 */
export class ServerTiming {
  readonly #steps: string[] = []
  readonly #now: () => number

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now
  }

  async time<T>(step: string, work: () => T | Promise<T>): Promise<T> {
    const from = this.#now()
    try {
      return await work()
    } finally {
      this.#steps.push(`${step};dur=${(this.#now() - from).toFixed(1)}`)
    }
  }

  toString(): string {
    return this.#steps.join(', ')
  }
}
