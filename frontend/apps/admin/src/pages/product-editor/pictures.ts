// Pictures before they are sent: made no larger than a shop shows them, and
// without what cameras write into them (where somebody lives, for one).

/** The most pixels of a side: twice what a product page shows. */
const SIDE = 2000
const QUALITY = 0.86
/** What the gateway takes of a file. */
const BYTES = 10 * 1024 * 1024

export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp']

/** The size that fits, of the same shape. */
export function fitted(width: number, height: number, side = SIDE) {
  const by = Math.min(1, side / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * by)), height: Math.max(1, Math.round(height * by)) }
}

/** JPEGs are drawn anew, and what is too large; null is no picture. */
export async function prepared(file: File): Promise<Blob | null> {
  const bitmap = await createImageBitmap(file).catch(() => null)
  if (!bitmap) return null
  const size = fitted(bitmap.width, bitmap.height)
  const asItIs =
    size.width === bitmap.width &&
    file.size <= BYTES &&
    (file.type === 'image/png' || file.type === 'image/webp')
  try {
    return asItIs ? file : await drawn(bitmap, size)
  } finally {
    bitmap.close()
  }
}

/** As WebP, or as JPEG by browsers that write none. */
async function drawn(bitmap: ImageBitmap, { width, height }: { width: number; height: number }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height)
  const made = (type: string) =>
    new Promise<Blob | null>((done) => canvas.toBlob(done, type, QUALITY))
  const webp = await made('image/webp')
  return webp?.type === 'image/webp' ? webp : made('image/jpeg')
}
