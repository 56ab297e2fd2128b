import type { Product } from '../data'

const stock = {
  in_stock: 'https://schema.org/InStock',
  low_stock: 'https://schema.org/LimitedAvailability',
  out_of_stock: 'https://schema.org/OutOfStock',
} as const

/** What search engines read of a product (schema.org). A data block, which no
 * policy of scripts concerns; `<` is written so that no value can end it. */
export function JsonLd({ product }: { product: Product }) {
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    name: product.name,
    description: product.description,
    image: product.images.map((image) => new URL(image.url, location.origin).href),
    brand: typeof product.attributes['marca'] === 'string'
      ? { '@type': 'Brand', name: product.attributes['marca'] }
      : undefined,
    offers: product.variants.map((variant) => ({
      '@type': 'Offer',
      sku: variant.sku,
      // Minor units of BRL and most others; the shop sells in one currency.
      price: (variant.price.amount / 100).toFixed(2),
      priceCurrency: variant.price.currency,
      availability: stock[variant.availability],
      url: `${location.origin}/produto/${product.slug}?sku=${encodeURIComponent(variant.sku)}`,
    })),
  }
  return (
    <script
      type="application/ld+json"
      dangerouslySetInnerHTML={{ __html: JSON.stringify(data).replaceAll('<', '\\u003c') }}
    />
  )
}
