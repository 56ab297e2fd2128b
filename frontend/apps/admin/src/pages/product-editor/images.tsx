import { Alert, Button, Field, IconButton, problemText } from '@commerce/ui'
import { Trans, useLingui } from '@lingui/react/macro'
import { useEffect } from 'react'
import { Drop } from '../../parts/drop'
import { moved, MoveButtons, useOrder } from '../../parts/ordered'
import { Thumb } from '../../parts/thumb'
import { newKey, type ImageRow } from './draft'
import { pictureTypes } from './pictures'
import { useUploads, type Upload } from './use-uploads'

interface ImagesProps {
  images: ImageRow[]
  /** What it becomes of what it is then: files arrive while one types. */
  onChange: (next: (images: ImageRow[]) => ImageRow[]) => void
  at: (pointer: string) => string | undefined
  onBusy: (busy: boolean) => void
}

const MOST = 50

/** The first one stands for the product. */
export function Images({ images, onChange, at, onBusy }: ImagesProps) {
  const { t } = useLingui()
  const { uploads, add, again, drop, busy } = useUploads(({ url, width, height }, name) =>
    onChange((now) =>
      now.length >= MOST || now.some((one) => one.url === url)
        ? now
        : [...now, { key: newKey(), url, alt: words(name), width, height }],
    ),
  )
  useEffect(() => onBusy(busy), [busy, onBusy])
  const room = images.length + uploads.length < MOST

  const set = (key: string, part: Partial<ImageRow>) =>
    onChange((now) => now.map((one) => (one.key === key ? { ...one, ...part } : one)))
  const move = (key: string, to: number) => onChange((now) => moved(now, key, to))
  const order = useOrder('image', move)

  return (
    <div className="grid gap-3">
      <ul className="grid gap-3">
        {images.map((image, index) => (
          <li
            key={image.key}
            className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-3 border-b border-line pb-3 sm:grid-cols-[4.5rem_minmax(0,1fr)_auto]"
            {...order.row(index)}
          >
            <span {...order.grip(image.key)}>
              <Thumb url={usable(image.url)} className="size-18" />
            </span>
            <div className="grid content-start gap-2 sm:grid-flow-col sm:auto-cols-fr">
              {!ours(image.url) && (
                <Field
                  label={t`Endereço da imagem`}
                  placeholder="https://"
                  maxLength={2000}
                  required
                  value={image.url}
                  onChange={(event) => set(image.key, { url: event.target.value, width: undefined, height: undefined })}
                  error={at(`/images/${index}/url`)}
                />
              )}
              <Field
                label={t`O que ela mostra`}
                maxLength={300}
                value={image.alt}
                onChange={(event) => set(image.key, { alt: event.target.value })}
                error={at(`/images/${index}/alt`) ?? (ours(image.url) ? at(`/images/${index}/url`) : undefined)}
              />
            </div>
            <div className="col-start-2 flex items-end sm:col-start-auto">
              <MoveButtons
                index={index}
                count={images.length}
                move={(to) => move(image.key, to)}
                up={t`Imagem ${index + 1}: para cima`}
                down={t`Imagem ${index + 1}: para baixo`}
              />
              <IconButton
                icon="trash"
                label={t`Tirar a imagem ${index + 1}`}
                onClick={() => onChange((now) => now.filter((one) => one.key !== image.key))}
              />
            </div>
          </li>
        ))}
      </ul>
      {uploads.length > 0 && (
        <ul className="grid gap-2">
          {uploads.map((one) => (
            <Sending key={one.key} upload={one} again={() => again(one)} drop={() => drop(one.key)} />
          ))}
        </ul>
      )}
      {room && (
        <Drop glyph="image" choose={<Trans>Escolher imagens</Trans>} accept={pictureTypes.join()} multiple take={add}>
          {images.length === 0 ? (
            <Trans>ou solte os arquivos aqui. A primeira representa o produto.</Trans>
          ) : (
            <Trans>ou solte os arquivos aqui.</Trans>
          )}
        </Drop>
      )}
      <Button
        look="secondary"
        size="small"
        icon="plus"
        className="justify-self-start"
        disabled={!room}
        onClick={() => onChange((now) => [...now, { key: newKey(), url: '', alt: '' }])}
      >
        <Trans>Imagem por endereço</Trans>
      </Button>
    </div>
  )
}

interface SendingProps {
  upload: Upload
  again: () => void
  drop: () => void
}

function Sending({ upload: { file, sent, error }, again, drop }: SendingProps) {
  const { t } = useLingui()
  if (error === undefined) {
    return (
      <li className="grid gap-1">
        <span className="truncate text-sm">{file.name}</span>
        <progress aria-label={t`Enviando ${file.name}`} value={sent} className="h-1.5 w-full" />
      </li>
    )
  }
  return (
    <li>
      <Alert tone="bad">
        <p className="font-semibold break-all">{file.name}</p>
        <p>{error === null ? <Trans>Não é uma imagem que se possa abrir.</Trans> : problemText(error)}</p>
        <p className="flex gap-2 pt-1">
          {error !== null && (
            <Button look="secondary" size="small" onClick={again}>
              <Trans>Tentar de novo</Trans>
            </Button>
          )}
          <Button look="quiet" size="small" onClick={drop}>
            <Trans>Deixar</Trans>
          </Button>
        </p>
      </Alert>
    </li>
  )
}

/** One that was uploaded: its address is nobody's to type. */
const ours = (url: string) => url.startsWith('/media/files/')

/** What a file's name says, unless a camera gave it. */
function words(name: string): string {
  const said = name.replace(/\.\w+$/, '').replace(/[-_]+/g, ' ').trim()
  return /\d{3}|^\W*$/.test(said) ? '' : said.slice(0, 300)
}

/** What the shop accepts: one of its own paths, or https. */
function usable(url: string): string | undefined {
  return /^(\/[^/\\\s]|https:\/\/.)[^\s"<>\\]*$/.test(url) ? url : undefined
}
