// Takes files that are chosen or let fall on it. The browser's own button would
// speak the browser's language.

import { useState, type DragEvent, type ReactNode } from 'react'
import { Glyph, type GlyphName } from '../frame/glyph'

interface DropProps {
  glyph: GlyphName
  /** What choosing is called. */
  choose: ReactNode
  /** Below it. */
  children: ReactNode
  accept: string
  multiple?: boolean
  take: (files: Iterable<File>) => void
}

export function Drop({ glyph, choose, children, accept, multiple = false, take }: DropProps) {
  const [over, setOver] = useState(false)
  const files = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return (
    <label
      className={`grid justify-items-center gap-1 rounded-lg border border-dashed px-4 py-6 text-center transition-colors has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-brand ${
        over ? 'border-brand bg-brand-soft' : 'border-edge hover:bg-sunken'
      }`}
      onDragOver={(event) => {
        if (!files(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        if (!files(event)) return
        event.preventDefault()
        take(event.dataTransfer.files)
      }}
    >
      <Glyph name={glyph} className="size-7 text-muted" />
      <span className="font-semibold text-brand">{choose}</span>
      <span className="min-w-0 text-sm text-muted">{children}</span>
      <input
        type="file"
        multiple={multiple}
        accept={accept}
        className="sr-only"
        onChange={(event) => {
          take(event.target.files ?? [])
          event.target.value = ''
        }}
      />
    </label>
  )
}
