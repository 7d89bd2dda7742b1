import { useRef, useState, type ReactNode } from 'react'
import { Button } from '../design/button.tsx'
import { Icon } from '../design/icon.tsx'
import { Notice } from '../design/notice.tsx'
import { imageFault, imageTypes } from './image-fault.ts'
import { smallerImage } from './smaller-image.ts'
import { useObjectUrl } from './use-object-url.ts'

interface ImageChoiceProps {
  readonly image: File | undefined
  /** It is being sent. */
  readonly isFixed: boolean
  readonly onChange: (image: File | undefined) => void
}

/** Chooses an image and shows it. What is plainly no image is told at once; the service looks closer. */
export function ImageChoice({ image, isFixed, onChange }: ImageChoiceProps): ReactNode {
  const input = useRef<HTMLInputElement>(null)
  const [fault, setFault] = useState<string>()
  const preview = useObjectUrl(image)
  const take = async (chosen: File | undefined) => {
    // The same file may be chosen again.
    if (input.current !== null) input.current.value = ''
    const file = chosen && (await smallerImage(chosen))
    const found = file && imageFault(file)
    setFault(found)
    onChange(found === undefined ? file : undefined)
  }
  return (
    <div className="grid grid-cols-1 gap-3">
      <input
        ref={input}
        type="file"
        accept={imageTypes.join(',')}
        hidden
        onChange={(event) => void take(event.target.files?.[0])}
      />
      {preview === undefined ? (
        <div>
          <Button tone="quiet" isBusy={isFixed} onClick={() => input.current?.click()}>
            <Icon name="image" />
            Add an image
          </Button>
        </div>
      ) : (
        <figure className="relative">
          <img
            src={preview}
            alt="The image you chose"
            className="aspect-video w-full rounded-2xl border border-line object-cover"
          />
          <Button
            tone="quiet"
            className="absolute top-2 right-2 bg-card"
            isBusy={isFixed}
            onClick={() => void take(undefined)}
          >
            Remove image
          </Button>
        </figure>
      )}
      {fault === undefined ? null : <Notice tone="trouble">{fault}</Notice>}
    </div>
  )
}
