// Where a CEP is. Behind an interface of its own: the gateway answers it here,
// another directory may take its place, and no other host is asked by a page.

import { api, isProblem, ok, type Schemas } from '@commerce/api'

export type Place = Schemas['PostalPlace']

/** Null: there is no such CEP. Throws when it cannot be known. */
export type PlaceLookup = (cep: string, signal?: AbortSignal) => Promise<Place | null>

export const lookUpPlace: PlaceLookup = async (cep, signal) => {
  try {
    return await ok(
      api.GET('/api/v1/postal-codes/{code}', { signal, params: { path: { code: cep } } }),
    )
  } catch (error) {
    if (isProblem(error, 'postal_code_unknown')) return null
    throw error
  }
}

/** CEP as it is written: 01310-100. */
export function writtenCep(text: string): string {
  const digits = text.replace(/\D/g, '').slice(0, 8)
  return digits.length > 5 ? `${digits.slice(0, 5)}-${digits.slice(5)}` : digits
}

export const isCep = (text: string) => /^\d{5}-?\d{3}$/.test(text)
