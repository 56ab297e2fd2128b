import { Button, Field, IconButton } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useRef } from 'react'
import { Thumb } from '../../parts/thumb'
import { newKey, type ImageRow } from './draft'

interface ImagesProps {
  images: ImageRow[]
  onChange: (images: ImageRow[]) => void
  at: (pointer: string) => string | undefined
}

/** The first one stands for the product. */
export function Images({ images, onChange, at }: ImagesProps) {
  const { t } = useLingui()
  const list = useRef<HTMLUListElement>(null)
  const set = (key: string, part: Partial<ImageRow>) =>
    onChange(images.map((one) => (one.key === key ? { ...one, ...part } : one)))
  const move = (index: number, by: -1 | 1) => {
    const next = [...images]
    const [one] = next.splice(index, 1)
    if (!one) return
    next.splice(index + by, 0, one)
    onChange(next)
  }
  return (
    <div className="grid gap-3">
      {images.length === 0 && (
        <p className="text-sm text-muted">
          <Trans>Sem imagens. A loja mostra um espaço vazio.</Trans>
        </p>
      )}
      <ul ref={list} className="grid gap-3">
        {images.map((image, index) => (
          <li key={image.key} className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-3 border-b border-line pb-3 last:border-0 last:pb-0 sm:grid-cols-[4.5rem_minmax(0,1fr)_auto]">
            <Thumb url={usable(image.url)} className="size-18" />
            <div className="grid gap-2 sm:grid-cols-2">
              <Field
                label={t`Endereço da imagem`}
                placeholder="https://"
                maxLength={2000}
                required
                value={image.url}
                onChange={(event) => set(image.key, { url: event.target.value, width: undefined, height: undefined })}
                error={at(`/images/${index}/url`)}
              />
              <Field
                label={t`O que ela mostra`}
                maxLength={300}
                value={image.alt}
                onChange={(event) => set(image.key, { alt: event.target.value })}
                error={at(`/images/${index}/alt`)}
              />
            </div>
            <div className="col-start-2 flex items-end sm:col-start-auto">
              <IconButton
                icon="up"
                label={t`Imagem ${index + 1}: para cima`}
                disabled={index === 0}
                onClick={() => move(index, -1)}
              />
              <IconButton
                icon="down"
                label={t`Imagem ${index + 1}: para baixo`}
                disabled={index === images.length - 1}
                onClick={() => move(index, 1)}
              />
              <IconButton
                icon="trash"
                label={t`Tirar a imagem ${index + 1}`}
                onClick={() => onChange(images.filter((one) => one.key !== image.key))}
              />
            </div>
          </li>
        ))}
      </ul>
      <Button
        look="secondary"
        size="small"
        icon="plus"
        className="justify-self-start"
        disabled={images.length >= 50}
        onClick={() => onChange([...images, { key: newKey(), url: '', alt: '' }])}
      >
        <Trans>Outra imagem</Trans>
      </Button>
    </div>
  )
}

/** What the shop accepts: one of its own paths, or https. */
function usable(url: string): string | undefined {
  return /^(\/[^/\\\s]|https:\/\/.)[^\s"<>\\]*$/.test(url) ? url : undefined
}
