// Native controls with a label, a hint and an error that assistive technology
// reads with them.

import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react'
import { Icon } from './icon'

const control =
  'w-full min-h-11 rounded-lg border border-edge bg-surface px-3.5 py-2 text-ink ' +
  'placeholder:text-muted disabled:opacity-60 aria-invalid:border-bad ' +
  'aria-invalid:ring-1 aria-invalid:ring-bad'

interface Around {
  label: string
  hint?: ReactNode
  error?: string | null | undefined
  /** Shown beside the label of a field that may stay empty. */
  optional?: string
  className?: string
}

interface Wiring {
  id: string
  'aria-invalid': true | undefined
  'aria-describedby': string | undefined
}

export function FieldFrame({
  label,
  hint,
  error,
  optional,
  className = '',
  children,
}: Around & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId()
  const told = error ? `${id}-e` : hint ? `${id}-h` : undefined
  return (
    <div className={`grid content-start gap-1.5 ${className}`}>
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
        {optional && <span className="font-normal text-muted"> · {optional}</span>}
      </label>
      {children({
        id,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': told,
      })}
      {error ? (
        <p id={`${id}-e`} className="flex items-center gap-1.5 text-sm text-bad">
          <Icon name="alert" className="size-4" />
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-h`} className="text-sm text-muted">
            {hint}
          </p>
        )
      )}
    </div>
  )
}

type FieldProps = Around & { ref?: Ref<HTMLInputElement> } & Omit<
    InputHTMLAttributes<HTMLInputElement>,
    'className'
  >

export function Field({ label, hint, error, optional, className, ...input }: FieldProps) {
  return (
    <FieldFrame {...{ label, hint, error, optional, className }}>
      {(wiring) => <input {...wiring} {...input} className={control} />}
    </FieldFrame>
  )
}

type SelectFieldProps = Around & Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className'>

export function SelectField({ label, hint, error, optional, className, children, ...select }: SelectFieldProps) {
  return (
    <FieldFrame {...{ label, hint, error, optional, className }}>
      {(wiring) => (
        <select {...wiring} {...select} className={control}>
          {children}
        </select>
      )}
    </FieldFrame>
  )
}

type TextAreaFieldProps = Around & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'className'>

export function TextAreaField({ label, hint, error, optional, className, ...area }: TextAreaFieldProps) {
  return (
    <FieldFrame {...{ label, hint, error, optional, className }}>
      {(wiring) => <textarea {...wiring} {...area} className={control} />}
    </FieldFrame>
  )
}

type ChoiceProps = { children: ReactNode; note?: ReactNode } & Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'className'
>

/** A radio button or a check box with its words beside it. */
export function Choice({ children, note, ...input }: ChoiceProps) {
  return (
    <label className="flex min-h-11 items-center gap-3 has-disabled:opacity-60">
      <input {...input} className="size-5 shrink-0" />
      <span className="grow">{children}</span>
      {note !== undefined && <span className="shrink-0 text-muted">{note}</span>}
    </label>
  )
}
