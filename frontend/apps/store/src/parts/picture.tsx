import type { Schemas } from '@commerce/api'
import { Icon } from '@commerce/ui'

interface PictureProps {
  image: Schemas['ImageItem'] | undefined
  eager?: boolean
  /** The largest picture of the page, wanted before others. */
  main?: boolean
  className?: string
}

/** A square that keeps its place while the picture is on its way. Beside a name
 * that says the same, the picture is silent. */
export function Picture({ image, eager = false, main = false, className = '' }: PictureProps) {
  if (!image) {
    return (
      <div className={`grid aspect-square place-items-center bg-sunken text-muted ${className}`}>
        <Icon name="box" className="size-1/4" />
      </div>
    )
  }
  return (
    <img
      src={image.url}
      alt={main ? image.alt : ''}
      width={image.width ?? 800}
      height={image.height ?? 800}
      loading={eager || main ? 'eager' : 'lazy'}
      fetchPriority={main ? 'high' : undefined}
      decoding="async"
      className={`aspect-square w-full bg-sunken object-cover ${className}`}
    />
  )
}
