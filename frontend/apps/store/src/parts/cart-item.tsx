// What a line of a cart lacks: its picture and the address of its product.

import type { Schemas } from '@commerce/api'
import { Icon } from '@commerce/ui'
import { useQuery } from '@tanstack/react-query'
import { productsByIds, type ProductItem } from '../data'

export type CartItem = Schemas['PricedItem']

/** The products of lines, by id; empty until they are known. */
export function useProductsOf(items: readonly { product_id: number | null }[]) {
  const ids = [...new Set(items.flatMap(({ product_id }) => product_id ?? []))].sort((a, b) => a - b)
  const { data } = useQuery(productsByIds(ids))
  return new Map(data?.map((product) => [product.id, product]))
}

/** Of the pictures the one whose words end with a part of the line's name. */
function pictureOf(product: ProductItem | undefined, name: string) {
  const lower = name.toLowerCase()
  return (
    product?.images.find(({ alt }) => {
      const words = alt.toLowerCase().split(', ')
      return words.length > 1 && lower.includes(words.at(-1) ?? '')
    }) ?? product?.images[0]
  )
}

interface ThumbnailProps {
  item: Pick<CartItem, 'name'>
  product: ProductItem | undefined
  className?: string
}

export function Thumbnail({ item, product, className = '' }: ThumbnailProps) {
  const image = pictureOf(product, item.name ?? '')
  return image ? (
    <img
      src={image.url}
      alt=""
      width={image.width ?? 104}
      height={image.height ?? 104}
      decoding="async"
      className={`aspect-square w-full rounded-lg bg-sunken object-cover ${className}`}
    />
  ) : (
    <span className={`grid aspect-square place-items-center rounded-lg bg-sunken text-muted ${className}`}>
      <Icon name="box" className="size-1/3" />
    </span>
  )
}
