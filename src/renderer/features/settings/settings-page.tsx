import type { ReactNode } from 'react'
import type { Settings } from '../../../shared/domain.ts'
import { Button } from '../../components/button.tsx'
import { Retry } from '../../components/own-icons.ts'
import { Box, Press } from '../../components/part.tsx'
import { Shape } from '../../components/shape.tsx'
import { ask, bridge } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { AtOnceSelect, SpeedLimitSelect } from './transfer-settings.tsx'

const themes: readonly (readonly [Settings['theme'], string])[] = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]

export function SettingsPage() {
  const version = useData((data) => data.version)
  const files = useData((data) => data.cloudFiles)
  return (
    <>
      <header className="toolbar">
        <h1>Settings</h1>
      </header>
      <Box className="settings fill" tabIndex={0} role="group" aria-label="Settings">
        <div className="settings-inner">
          <section>
            <h2>Looks</h2>
            <Row title="Theme" text="High contrast follows the system in both.">
              <ThemeChoice />
            </Row>
          </section>
          <section>
            <h2>Transfers</h2>
            <Row title="At once" text="More wait in the queue and start by themselves.">
              <AtOnceSelect />
            </Row>
            <Row title="Speed limit" text="For all transfers together.">
              <SpeedLimitSelect />
            </Row>
          </section>
          <section>
            <h2>Clouds</h2>
            <Row
              title="Remember image lists between starts"
              text="Names and properties of images, not their data, kept on this computer to be shown at once. Off deletes them."
            >
              <RememberLists />
            </Row>
            {files.map((file) => (
              <Row
                key={`${file.path} ${file.error}`}
                title={file.path}
                text={file.error ?? 'Read. It is never changed.'}
                bad={file.error !== null}
              />
            ))}
            <Row
              title="clouds.yaml"
              text={
                files.length === 0
                  ? 'None was found in the usual places, nor named by OS_CLIENT_CONFIG_FILE.'
                  : 'After a change, read it again here.'
              }
            >
              <Button icon={Retry} onClick={() => void ask('clouds.reload', {})}>
                Read again
              </Button>
            </Row>
          </section>
          <p className="small t2">
            Glancer {version}, {bridge.host === 'web' ? 'in a browser' : 'desktop'}
          </p>
        </div>
      </Box>
    </>
  )
}

function Row({ title, text, bad = false, children }: { title: string; text: string; bad?: boolean; children?: ReactNode }) {
  return (
    <div className="setrow">
      <div className="grow">
        <div className="cut" title={title}>
          {title}
        </div>
        <div className="small t2">
          {bad && (
            <span className="warn mr-1 inline-block align-[-2px]">
              <Shape name="triangle" />
            </span>
          )}
          {text}
        </div>
      </div>
      {children}
    </div>
  )
}

function RememberLists() {
  const on = useData((data) => data.settings.rememberLists)
  return (
    <Box className="seg" role="radiogroup" aria-label="Remember image lists between starts">
      {[true, false].map((value) => (
        <Press
          key={String(value)}
          role="radio"
          aria-checked={on === value}
          onClick={() => void ask('app.changeSettings', { rememberLists: value })}
        >
          {value ? 'On' : 'Off'}
        </Press>
      ))}
    </Box>
  )
}

function ThemeChoice() {
  const theme = useData((data) => data.settings.theme)
  return (
    <Box className="seg" role="radiogroup" aria-label="Theme">
      {themes.map(([value, label]) => (
        <Press key={value} role="radio" aria-checked={theme === value} onClick={() => void ask('app.changeSettings', { theme: value })}>
          {label}
        </Press>
      ))}
    </Box>
  )
}
