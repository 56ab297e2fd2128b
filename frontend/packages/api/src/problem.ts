// What can go wrong in a call, as one type: the gateway's RFC 9457 problems,
// and the network being away.

import type { components } from './schema'

export type ProblemBody = components['schemas']['Problem']

/** A refusal of the gateway. `code` is stable and made for programs, `message`
 * is its title in the reader's language. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly body: Partial<ProblemBody> & Record<string, unknown>
  /** Seconds to wait before another try, if the gateway named them. */
  readonly retryAfter: number | undefined

  constructor(status: number, body: Partial<ProblemBody>, retryAfter?: number) {
    super(body.title ?? `HTTP ${status}`)
    this.status = status
    this.code = body.code ?? 'unknown'
    this.body = body
    this.retryAfter = retryAfter
  }

  /** The code of the error at a field of the request body, if there is one:
   * `field('email')` is the error of pointer `/email`. */
  field(name: string): string | undefined {
    return this.body.errors?.find(
      (error) => error.pointer === `/${name}` || error.pointer === name,
    )?.code
  }
}

/** Nobody answered: the network is away, or the gateway is. */
export class Offline extends Error {
  override readonly name = 'Offline'
}

export function isProblem(error: unknown, code?: string): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code)
}

/** The problem that an answer tells, whatever its body looks like. */
export function problemOf(response: Response, body: unknown): Problem {
  const known =
    typeof body === 'object' && body !== null
      ? (body as Partial<ProblemBody>)
      : {}
  const after = Number(response.headers.get('Retry-After'))
  return new Problem(response.status, known, after > 0 ? after : undefined)
}
