import { Dialog as Base } from '@base-ui/react/dialog'
import { Command as Cmdk } from 'cmdk'
import { Cloud, Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Icon } from '../../components/icon.tsx'
import { Disk } from '../../components/own-icons.ts'
import { useData } from '../../stores/data.ts'
import { closeDialog, showCloud, showImage, useUi } from '../../stores/ui.ts'
import { placeOf } from '../clouds/open-place.ts'
import { matcher, noFilters, searchWords } from '../images/filter.ts'
import { commandsNow } from './commands.ts'

const IMAGES_SHOWN = 8

/** Every word has to stand somewhere in the entry; an entry that begins with the first word comes first. */
function score(value: string, search: string, keywords: string[] = []): number {
  const words = searchWords(search)
  // The first part of a value is its id, which nobody sees.
  const label = value.slice(value.indexOf(' ') + 1).toLowerCase()
  const text = `${label}\n${keywords.join('\n').toLowerCase()}`
  if (!words.every((word) => text.includes(word))) return 0
  return label.startsWith(words[0] ?? '') ? 1 : 0.5
}

/** A text with the place where the search was found in bold. */
function Found({ text, search }: { text: string; search: string }) {
  const wanted = search.trim().toLowerCase()
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted)
  if (at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <b className="strong">{text.slice(at, at + wanted.length)}</b>
      {text.slice(at + wanted.length)}
    </>
  )
}

/** Find a command, an image or a cloud by a few letters of it. */
export function CommandPalette() {
  const [search, setSearch] = useState('')
  const [groups] = useState(commandsNow)
  const run = (what: () => void): void => {
    closeDialog()
    what()
  }
  return (
    <Base.Root open onOpenChange={(open) => !open && closeDialog()}>
      <Base.Portal>
        <Base.Backdrop className="scrim over" />
        <Base.Popup className="pal" aria-label="Find a command or image">
          <Cmdk label="Find a command or image" loop filter={score}>
            <div className="pin">
              <Icon of={Search} />
              <Cmdk.Input value={search} onValueChange={setSearch} placeholder="Find a command, an image or a cloud" autoFocus />
            </div>
            <Cmdk.List label="Found">
              <Cmdk.Empty>Nothing matches "{search}".</Cmdk.Empty>
              {groups.map(({ heading, commands }) => (
                <Cmdk.Group key={heading} heading={heading}>
                  {commands.map((command) => (
                    <Cmdk.Item
                      key={command.id}
                      value={`${command.id} ${command.label}`}
                      keywords={[...(command.words ?? [])]}
                      onSelect={() => run(command.run)}
                    >
                      <Icon of={command.icon} />
                      <span className="grow cut">
                        <Found text={command.label} search={search} />
                      </span>
                      {command.keys !== undefined && (
                        <span className="keys">
                          {command.keys.map((key) => (
                            <kbd key={key}>{key}</kbd>
                          ))}
                        </span>
                      )}
                    </Cmdk.Item>
                  ))}
                </Cmdk.Group>
              ))}
              <FoundClouds run={run} />
              <FoundImages search={search} run={run} />
            </Cmdk.List>
          </Cmdk>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function FoundClouds({ run }: { run(what: () => void): void }) {
  const clouds = useData((data) => data.clouds)
  return (
    <Cmdk.Group heading="Clouds">
      {clouds.map((cloud) => (
        <Cmdk.Item
          key={cloud.id}
          value={`cloud-${encodeURIComponent(cloud.id)} ${cloud.name}`}
          keywords={[placeOf(cloud)]}
          onSelect={() => run(() => showCloud(cloud.id))}
        >
          <Icon of={Cloud} />
          <span className="grow cut">{cloud.name}</span>
          <span className="small t2">{placeOf(cloud)}</span>
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  )
}

/** Images are searched as the table does, not by the palette: ten thousand entries in it would be slow. */
function FoundImages({ search, run }: { search: string; run(what: () => void): void }) {
  const cloudId = useUi((ui) => ui.cloudId)
  const cloud = useData((data) => data.clouds.find((each) => each.id === cloudId))
  const images = useData((data) => (cloudId === null ? undefined : data.images[cloudId]?.images))
  const found = useMemo(() => {
    if (searchWords(search).length === 0 || images === undefined) return []
    return images
      .values()
      .filter(matcher(noFilters, search, 0))
      .take(IMAGES_SHOWN)
      .toArray()
  }, [images, search])
  if (found.length === 0 || cloudId === null) return null
  return (
    <Cmdk.Group heading="Images" forceMount>
      {found.map((image) => (
        <Cmdk.Item
          key={image.id}
          value={`image-${image.id} ${image.id}`}
          keywords={[search]}
          forceMount
          onSelect={() => run(() => showImage(cloudId, image.id))}
        >
          <Icon of={Disk} />
          <span className="grow cut">
            <Found text={image.name ?? image.id} search={search} />
          </span>
          <span className="small t2">{cloud?.name}</span>
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  )
}
