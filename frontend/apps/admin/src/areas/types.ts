import type { MessageDescriptor } from '@lingui/core'
import type { GlyphName } from '../frame/glyph'

export interface NavEntry {
  /** The address, below /admin. */
  to: string
  label: MessageDescriptor
  glyph: GlyphName
  /** Shown to those who have this scope; to everybody who works here without. */
  scope?: string
  /** Only this address is this entry's, none below it. */
  exact?: boolean
}

export interface NavGroup {
  /** Over its entries; none over the first group. */
  label?: MessageDescriptor
  entries: readonly NavEntry[]
}
