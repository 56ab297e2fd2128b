// The language of the page: Portuguese as written in the source, English
// complete. An app hands in its own catalogues; a switch needs no reload.

import { i18n, type Messages } from '@lingui/core'

export const locales = { 'pt-BR': 'Português', en: 'English' } as const
export type Locale = keyof typeof locales
export type Catalogs = Record<Locale, () => Promise<{ messages: Messages }>>

const STORED = 'commerce.locale'
let catalogs: Catalogs | null = null

function isLocale(value: string | null | undefined): value is Locale {
  return value === 'pt-BR' || value === 'en'
}

/** What the reader chose before, else what the browser asks for. */
function wanted(): Locale {
  try {
    const stored = localStorage.getItem(STORED)
    if (isLocale(stored)) return stored
  } catch {
    // Private windows may refuse storage.
  }
  for (const language of navigator.languages) {
    if (language.startsWith('pt')) return 'pt-BR'
    if (language.startsWith('en')) return 'en'
  }
  return 'pt-BR'
}

export function currentLocale(): Locale {
  return isLocale(i18n.locale) ? i18n.locale : 'pt-BR'
}

async function load(locale: Locale) {
  if (!catalogs) throw new Error('startI18n was not called')
  const { messages } = await catalogs[locale]()
  document.documentElement.lang = locale
  i18n.loadAndActivate({ locale, messages })
}

/** Before the first render. */
export async function startI18n(of: Catalogs): Promise<void> {
  catalogs = of
  await load(wanted())
}

/** The reader chooses another language; it is kept in this browser. */
export async function activate(locale: Locale): Promise<void> {
  await load(locale)
  try {
    localStorage.setItem(STORED, locale)
  } catch {
    // It holds for this page then.
  }
}
