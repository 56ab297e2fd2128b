import { Icon } from '@commerce/ui'
import { useLingui } from '@lingui/react/macro'
import { useEffect, useState } from 'react'
import type { Product, Variant } from '../data'
import { Picture } from '../parts/picture'

/** The picture that shows a variant: the one whose words name its options. */
function pictureOf(product: Product, variant: Variant | undefined): number {
  const options = Object.values(variant?.options ?? {}).map((value) => value.toLowerCase())
  const index = product.images.findIndex((image) =>
    options.some((option) => image.alt.toLowerCase().includes(option)),
  )
  return Math.max(0, index)
}

export function Gallery({ product, variant }: { product: Product; variant: Variant | undefined }) {
  const { t } = useLingui()
  const fits = pictureOf(product, variant)
  const [shown, setShown] = useState(fits)
  useEffect(() => setShown(fits), [fits])
  const image = product.images[shown] ?? product.images[0]

  return (
    <section aria-label={t`Fotos`} className="grid content-start gap-3">
      <div className="overflow-hidden rounded-card border border-line">
        <Picture image={image} main />
      </div>
      {product.images.length > 1 && (
        <ul className="flex flex-wrap gap-2">
          {product.images.map((one, index) => (
            <li key={one.id}>
              <button
                type="button"
                aria-label={t`Foto ${index + 1}: ${one.alt}`}
                aria-current={index === shown}
                onClick={() => setShown(index)}
                className="relative block size-18 overflow-hidden rounded-lg border-2 border-transparent aria-[current=true]:border-brand"
              >
                <Picture image={one} eager />
                {index === shown && (
                  <span className="absolute right-0.5 bottom-0.5 rounded-full bg-brand p-0.5 text-on-brand">
                    <Icon name="check" className="size-3" />
                  </span>
                )}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
