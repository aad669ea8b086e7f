import { useRef, useState } from 'react'
import { toErrorShape } from '../../../shared/errors.ts'
import { Button } from '../../components/button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Select } from '../../components/select.tsx'
import { toast } from '../../components/toasts.tsx'
import { plural } from '../../lib/plural.ts'
import { ask, bridge } from '../../stores/core.ts'
import { useCloud, useImages } from '../../stores/data.ts'
import { closeDialog } from '../../stores/ui.ts'
import { imageLabel } from '../images/image-label.ts'
import type { Outcome } from './outcome-words.ts'
import { tellOutcome } from './tell-outcome.ts'

/** Has the cloud copy the data of images to more of its stores. */
export function CopyToStoresDialog({ cloudId, imageIds }: { cloudId: string; imageIds: readonly string[] }) {
  const known = useImages(cloudId)
  const stores = useCloud(cloudId)?.capabilities?.stores.filter((store) => !store.readOnly) ?? []
  const images = imageIds.flatMap((id) => known.get(id) ?? [])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const first = useRef<HTMLButtonElement>(null)
  const only = images.length === 1 ? images[0] : undefined
  const copy = async (): Promise<void> => {
    closeDialog()
    const wanted = [...chosen]
    const begun = await ask('imports.copyToStores', { cloudId, imageIds: [...imageIds], stores: wanted })
    if (begun !== null)
      toast(`${plural(begun.transferIds.length, 'copy', 'copies')} to ${wanted.join(', ')} begun`, { shape: 'spinner', tone: 'accent' })
  }
  return (
    <Dialog
      title={`Copy ${only === undefined ? plural(images.length, 'image') : imageLabel(only)} to stores`}
      onClose={closeDialog}
      initialFocus={first}
    >
      <p className="t2">The cloud copies by itself; each copy stands in the queue until it is there.</p>
      <div className="pts">
        {stores.map((store) => {
          const has = images.filter((image) => image.stores.includes(store.id)).length
          const all = has === images.length
          return (
            <div key={store.id}>
              {all ? (
                <span className="checkline t2">{store.id}: has the data already</span>
              ) : (
                <Checkbox
                  label={has === 0 ? store.id : `${store.id} (${has} of them are there already)`}
                  checked={chosen.has(store.id)}
                  onChange={(checked) => {
                    const next = new Set(chosen)
                    if (checked) next.add(store.id)
                    else next.delete(store.id)
                    setChosen(next)
                  }}
                />
              )}
            </div>
          )
        })}
      </div>
      <div className="btns">
        <Button ref={first} onClick={closeDialog}>
          Cancel
        </Button>
        <Button kind="primary" disabled={chosen.size === 0} onClick={() => void copy()}>
          Copy
        </Button>
      </div>
    </Dialog>
  )
}

interface RemoveFromStoreProps {
  cloudId: string
  imageIds: readonly string[]
  /** Null = it is chosen here. */
  store: string | null
}

/** Asks before data is taken out of a store. Images whose only store it is are named and left alone. */
export function RemoveFromStoreDialog({ cloudId, imageIds, store }: RemoveFromStoreProps) {
  const known = useImages(cloudId)
  const keep = useRef<HTMLButtonElement>(null)
  const images = imageIds.flatMap((id) => known.get(id) ?? [])
  const stores = [...new Set(images.flatMap((image) => image.stores))].sort()
  const [chosen, setChosen] = useState(store ?? stores[0] ?? '')
  const here = images.filter((image) => image.stores.includes(chosen))
  const going = here.filter((image) => image.stores.length > 1)
  const only = going.length === 1 ? going[0] : undefined
  const remove = async (): Promise<void> => {
    closeDialog()
    const outcomes: Outcome[] = []
    for (const image of going) {
      const error = await bridge.call('images.removeFromStore', { cloudId, imageId: image.id, store: chosen }).then(
        () => null,
        (thrown: unknown) => toErrorShape(thrown),
      )
      outcomes.push({ id: image.id, label: imageLabel(image), error })
    }
    tellOutcome({ done: `removed from ${chosen}`, outcomes })
  }
  return (
    <Dialog
      title={`Remove ${only === undefined ? plural(going.length, 'image') : imageLabel(only)} from ${store === null ? 'a store' : chosen}?`}
      onClose={closeDialog}
      initialFocus={keep}
    >
      {store === null && (
        <p>
          <Select label="Store" value={chosen} choices={stores.map((id) => ({ value: id, label: id }))} onChange={setChosen} />
        </p>
      )}
      {going.length > 0 && (
        <p>
          The data in {chosen} is deleted
          {only === undefined ? '; it stays in other stores.' : `; it stays in ${only.stores.filter((id) => id !== chosen).join(', ')}.`}
        </p>
      )}
      {here.length > going.length && (
        <p className="t2">
          {plural(here.length - going.length, 'image')} {here.length - going.length === 1 ? 'has' : 'have'} the data only there, and{' '}
          {here.length - going.length === 1 ? 'is' : 'are'} left alone.
        </p>
      )}
      <div className="btns">
        <Button kind="destroy" disabled={going.length === 0} onClick={() => void remove()}>
          Remove from {chosen}
        </Button>
        <Button ref={keep} onClick={closeDialog}>
          Keep
        </Button>
      </div>
    </Dialog>
  )
}
