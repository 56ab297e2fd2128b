import { t } from '@lingui/core/macro'
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { IconButton } from './button'

interface DialogProps {
  open: boolean
  onClose: () => void
  title: string
  children: ReactNode
  /** From the side, for filters and menus on small screens. */
  side?: boolean
  /** Stays in sight below what scrolls. */
  footer?: ReactNode
}

/** The browser's own modal dialog: it keeps the focus, closes by Escape and
 * gives the focus back. What has `data-autofocus` gets the focus first. */
export function Dialog({ open, onClose, title, children, side = false, footer }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const heading = useId()

  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (open && !dialog.open) {
      dialog.showModal()
      dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    }
    if (!open && dialog.open) dialog.close()
  }, [open])

  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
      className={
        side
          ? 'fixed inset-y-0 right-0 left-auto text-left m-0 h-dvh max-h-none w-[min(24rem,92vw)] max-w-none bg-surface shadow-float'
          : 'm-auto text-left w-[min(34rem,94vw)] rounded-card border border-line bg-surface shadow-float'
      }
    >
      {open && (
        <div className={`flex flex-col ${side ? 'h-full' : 'max-h-[90dvh]'}`}>
          <header className="flex items-center justify-between gap-4 px-5 pt-4 pb-2">
            <h2 id={heading} className="text-xl font-bold">
              {title}
            </h2>
            <IconButton icon="close" label={t`Fechar`} onClick={onClose} />
          </header>
          <div className="grid gap-4 overflow-y-auto px-5 pt-2 pb-5">{children}</div>
          {footer && <div className="border-t border-line p-4">{footer}</div>}
        </div>
      )}
    </dialog>
  )
}
