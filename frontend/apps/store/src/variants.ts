// Which choices a product offers. Everything is computed from the variants that
// exist: a combination that nobody sells is never shown as one.

import type { Variant } from './data'

export interface Choice {
  value: string
  /** The variant that this choice leads to, keeping what else was chosen when
   * such a variant exists, else the nearest. */
  leadsTo: Variant
  /** Whether it keeps everything else that was chosen. */
  exact: boolean
}

export interface Axis {
  name: string
  choices: Choice[]
}

function likeness(variant: Variant, other: Variant, but: string): number {
  return Object.entries(other.options).filter(
    ([name, value]) => name !== but && variant.options[name] === value,
  ).length
}

/** The axes of the product (size, colour...) as seen from the chosen variant,
 * in the order of the variants. */
export function axesOf(variants: Variant[], chosen: Variant): Axis[] {
  const names = [...new Set(variants.flatMap((variant) => Object.keys(variant.options)))]
  return names.map((name) => {
    const values = [
      ...new Set(
        variants.flatMap((variant) => variant.options[name] ?? []),
      ),
    ]
    const others = Object.keys(chosen.options).filter((other) => other !== name).length
    return {
      name,
      choices: values.map((value) => {
        const leadsTo = variants
          .filter((variant) => variant.options[name] === value)
          .reduce((best, variant) =>
            likeness(variant, chosen, name) > likeness(best, chosen, name) ? variant : best,
          )
        return { value, leadsTo, exact: likeness(leadsTo, chosen, name) === others }
      }),
    }
  })
}

/** The variant to show first: of the address if it names one, else the first
 * that can be bought. */
export function firstVariant(variants: Variant[], sku?: string): Variant | undefined {
  return (
    variants.find((variant) => variant.sku === sku) ??
    variants.find((variant) => variant.availability !== 'out_of_stock') ??
    variants[0]
  )
}
