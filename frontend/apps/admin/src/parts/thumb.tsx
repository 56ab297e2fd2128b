import { Glyph } from '../frame/glyph'

/** A small picture of a product; its name stands beside it. */
export function Thumb({ url, className = 'size-8' }: { url: string | undefined; className?: string }) {
  return (
    <span className={`grid shrink-0 place-items-center overflow-hidden rounded-md bg-sunken text-muted ${className}`}>
      {url ? (
        <img src={url} alt="" loading="lazy" decoding="async" className="size-full object-cover" />
      ) : (
        <Glyph name="image" className="size-4" />
      )}
    </span>
  )
}
