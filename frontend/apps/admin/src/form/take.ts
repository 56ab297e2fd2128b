import type { FormEvent } from 'react'

/** The trimmed texts of a form by name, and no reload. */
export function take(event: FormEvent<HTMLFormElement>): Record<string, string> {
  event.preventDefault()
  const texts: Record<string, string> = {}
  new FormData(event.currentTarget).forEach((value, name) => {
    if (typeof value === 'string') {
      texts[name] = name.includes('password') ? value : value.trim()
    }
  })
  return texts
}
