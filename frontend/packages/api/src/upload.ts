// Files on their way to the gateway: fetch does not tell how much of a body has
// been sent, so these go by XMLHttpRequest.

import type { paths } from './schema'
import { Offline, problemOf } from './problem'
import * as session from './session'

type Upload = paths['/api/v1/media']['post']
export type Picture = Upload['responses']['201']['content']['application/json']

interface Options {
  /** From 0 to 1. */
  progress: (part: number) => void
  signal: AbortSignal
}

/** Throws a Problem, Offline, or the signal's reason. */
export async function sendPicture(picture: Blob, options: Options): Promise<Picture> {
  const bearer = await session.token()
  const answer = await send(picture, bearer, options)
  if (answer.status !== 401) return read(answer)
  return read(await send(picture, await session.token(bearer), options))
}

function send(picture: Blob, bearer: string | null, { progress, signal }: Options) {
  return new Promise<XMLHttpRequest>((done, failed) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/v1/media')
    request.setRequestHeader('Content-Type', picture.type)
    request.setRequestHeader('Accept-Language', document.documentElement.lang)
    if (bearer) request.setRequestHeader('Authorization', `Bearer ${bearer}`)
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0)
    request.onload = () => done(request)
    request.onerror = () => failed(new Offline('offline'))
    request.onabort = () => failed(signal.reason)
    signal.addEventListener('abort', () => request.abort(), { once: true })
    if (signal.aborted) failed(signal.reason)
    else request.send(picture)
  })
}

function read({ status, responseText }: XMLHttpRequest): Picture {
  const body = parsed(responseText)
  if (status === 201) return body as Picture
  throw problemOf(new Response(null, { status: status || 503 }), body)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
