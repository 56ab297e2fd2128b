// Light, dark, or as the system says; a choice is kept in this browser.

import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { IconButton } from './button'

const STORED = 'commerce.theme'

function stored(): string | null {
  try {
    return localStorage.getItem(STORED)
  } catch {
    return null
  }
}

/** Whether dark colours are shown now. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset['theme']
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
}

/** Before the first render. */
export function startTheme() {
  const chosen = stored()
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset['theme'] = chosen
  }
}

export function ThemeButton({ className }: { className?: string }) {
  const [dark, setDark] = useState(isDark)
  const change = () => {
    const next = dark ? 'light' : 'dark'
    document.documentElement.dataset['theme'] = next
    try {
      localStorage.setItem(STORED, next)
    } catch {
      // It holds for this page then.
    }
    setDark(!dark)
  }
  return (
    <IconButton
      icon={dark ? 'sun' : 'moon'}
      label={dark ? t`Usar cores claras` : t`Usar cores escuras`}
      onClick={change}
      className={className}
    />
  )
}
