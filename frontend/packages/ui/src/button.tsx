import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Icon, type IconName } from './icon'

type Look = 'primary' | 'secondary' | 'quiet' | 'danger'
type Size = 'small' | 'normal' | 'large'

const looks: Record<Look, string> = {
  primary: 'bg-brand text-on-brand hover:bg-brand-strong',
  secondary: 'border border-edge bg-surface text-ink hover:bg-sunken',
  quiet: 'text-brand hover:bg-brand-soft',
  danger: 'border border-bad bg-surface text-bad hover:bg-bad-soft',
}

const sizes: Record<Size, string> = {
  small: 'min-h-9 px-3 text-sm',
  normal: 'min-h-11 px-5',
  large: 'min-h-13 px-7 text-lg',
}

/** For links that look like buttons. */
export function buttonClass(look: Look = 'primary', size: Size = 'normal'): string {
  return (
    'inline-flex items-center justify-center gap-2 rounded-full font-semibold ' +
    'no-underline transition-colors select-none disabled:opacity-55 ' +
    'aria-disabled:opacity-55 ' +
    `${looks[look]} ${sizes[size]}`
  )
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look
  size?: Size
  icon?: IconName
  /** Something is under way: the button keeps its place and cannot be used. */
  busy?: boolean
  children: ReactNode
}

export function Button({
  look = 'primary',
  size = 'normal',
  icon,
  busy = false,
  className = '',
  disabled,
  type = 'button',
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={`${buttonClass(look, size)} ${className}`}
      {...rest}
    >
      {busy ? (
        <span
          aria-hidden="true"
          className="size-5 animate-spin rounded-full border-2 border-current border-r-transparent"
        />
      ) : (
        icon && <Icon name={icon} />
      )}
      {children}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName
  /** What it does, for those who do not see it. */
  label: string
}

export function IconButton({ icon, label, className = '', type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={`inline-grid size-11 place-items-center rounded-full transition-colors hover:bg-sunken disabled:opacity-40 ${className}`}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  )
}
