/** The `ref` of what is filled in in a dialog: who opens it begins at its first field, once
 * the dialog is open, also when what the form is filled with came later. */
export function focusFirst(form: HTMLElement | null) {
  const first = form?.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea')
  if (first) requestAnimationFrame(() => first.focus({ preventScroll: true }))
}
