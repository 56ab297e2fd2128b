import { IconButton, Logo, useScopes } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { navigation } from '../areas'
import { Glyph } from './glyph'

/** The entries that the caller may use, group by group. */
export function Navigation() {
  const { t, i18n } = useLingui()
  const scopes = useScopes()
  return (
    <nav aria-label={t`Administração`} className="px-2 pb-6">
      {navigation.map((group, index) => {
        const entries = group.entries.filter(({ scope }) => !scope || scopes.has(scope))
        if (entries.length === 0) return null
        return (
          <div key={index} className="mt-4 first:mt-1">
            {group.label && (
              <p className="px-3 pb-1 text-xs font-semibold tracking-wide text-on-deep-muted">
                {i18n._(group.label)}
              </p>
            )}
            <ul className="grid gap-0.5">
              {entries.map((entry) => (
                <li key={entry.to}>
                  <Link
                    to={entry.to}
                    activeOptions={{ exact: entry.exact ?? false, includeSearch: false }}
                    className="flex min-h-9 items-center gap-3 rounded-lg px-3 text-sm text-on-deep no-underline hover:bg-white/10 focus-visible:outline-sun"
                    activeProps={{ className: 'bg-white/14 font-semibold text-sun!' }}
                  >
                    <Glyph name={entry.glyph} className="size-4.5 opacity-90" />
                    {i18n._(entry.label)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}

/** The same from the side, where there is no room for it beside the page. */
export function Drawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLingui()
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    if (open && !dialog?.open) dialog?.showModal()
    if (!open && dialog?.open) dialog.close()
  }, [open])
  return (
    <dialog
      ref={ref}
      aria-label={t`Menu`}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
      className="fixed inset-y-0 left-0 m-0 h-dvh max-h-none w-[min(18rem,88vw)] max-w-none overflow-y-auto bg-deep text-on-deep shadow-float"
    >
      {open && (
        <>
          <div className="flex items-center gap-2.5 py-1 pr-2 pl-4 text-xl font-extrabold">
            <Logo className="size-8" />
            <span className="grow">Ipê</span>
            <IconButton
              icon="close"
              label={t`Fechar`}
              onClick={onClose}
              className="hover:bg-white/12 focus-visible:outline-sun"
            />
          </div>
          <Navigation />
        </>
      )}
    </dialog>
  )
}
