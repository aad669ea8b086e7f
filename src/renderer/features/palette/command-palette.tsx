import { Dialog as Base } from '@base-ui/react/dialog'
import { Command as Cmdk } from 'cmdk'
import { Cloud, Disc3, Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Icon } from '../../components/icon.tsx'
import { useData } from '../../stores/data.ts'
import { closeDialog, showCloud, showImage, useUi } from '../../stores/ui.ts'
import { matches, noFilters, searchWords } from '../images/filter.ts'
import { commandsNow } from './commands.ts'

const IMAGES_SHOWN = 8

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
          <Cmdk label="Find a command or image" loop>
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
                      <span className="grow cut">{command.label}</span>
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
        <Cmdk.Item key={cloud.id} value={`cloud ${cloud.id} ${cloud.name}`} onSelect={() => run(() => showCloud(cloud.id))}>
          <Icon of={Cloud} />
          <span className="grow cut">{cloud.name}</span>
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
    const words = searchWords(search)
    if (words.length === 0 || images === undefined) return []
    return images
      .values()
      .filter((image) => matches(image, noFilters, words))
      .take(IMAGES_SHOWN)
      .toArray()
  }, [images, search])
  if (found.length === 0 || cloudId === null) return null
  return (
    <Cmdk.Group heading="Images" forceMount>
      {found.map((image) => (
        <Cmdk.Item
          key={image.id}
          value={`image ${image.id}`}
          keywords={[search]}
          forceMount
          onSelect={() => run(() => showImage(cloudId, image.id))}
        >
          <Icon of={Disc3} />
          <span className="grow cut">{image.name ?? image.id}</span>
          <span className="small t2">{cloud?.name}</span>
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  )
}
