import { ChevronRight, Cloud as CloudIcon, FileText, KeyRound, type LucideIcon } from 'lucide-react'
import { type Cloud, THIS_COMPUTER } from '../../../shared/domain.ts'
import { formatRoughBytes } from '../../../shared/units.ts'
import { Button } from '../../components/button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Retry, Upload } from '../../components/own-icons.ts'
import { Shape } from '../../components/shape.tsx'
import { ask, bridge } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { openDialog } from '../../stores/ui.ts'
import { openAddCloud } from '../cloud-form/form-actions.ts'
import { SecretPrompt } from '../cloud-form/secret-prompt.tsx'
import { chooseFiles } from '../upload/actions.ts'
import { signIn } from './sign-in.ts'

/** What a newcomer sees: the place to drop a file, the cloud that is ready, the clouds that were found. */
export function FirstStart() {
  const clouds = useData((data) => data.clouds)
  const freeBytes = useData((data) => data.freeBytes)
  const own = clouds.find((cloud) => cloud.id === THIS_COMPUTER)
  const others = clouds.filter((cloud) => cloud.id !== THIS_COMPUTER)
  return (
    <div className="first-scroll fill">
      <div className="first">
        <div className="drop">
          <span className="t2">
            <Icon of={Upload} size={24} />
          </span>
          <div>
            <h2>Drop an image file here</h2>
            <p className="t2">
              qcow2, raw, ISO, VMDK, VHD, VHDX, VDI, OVA, also compressed. It goes to This computer and is checked on the way.
            </p>
            {bridge.host === 'web' && (
              <button type="button" className="link" onClick={() => openDialog({ kind: 'host-files' })}>
                Choose on the machine where Glancer runs
              </button>
            )}
          </div>
          <Button kind="primary" onClick={() => void chooseFiles()}>
            Choose files…
          </Button>
        </div>
        {own !== undefined && (
          <section>
            <h3>Ready</h3>
            <div className="fls">
              <div className="fl">
                <Shape name="dot" tone={own.state.kind === 'signed-in' ? 'ok' : 't2'} />
                <div className="grow">
                  <div className="medium">{own.name}</div>
                  <div className="small t2">
                    An image service of your own, inside this app. {freeBytes !== null && `${formatRoughBytes(freeBytes)} of disk free. `}
                    Nothing leaves this computer.
                  </div>
                </div>
                <button
                  type="button"
                  className="link small flex-none"
                  onClick={() => openDialog({ kind: 'terminal-help', cloudId: own.id })}
                >
                  Use it from a terminal
                </button>
              </div>
            </div>
          </section>
        )}
        <FoundClouds clouds={others.filter((cloud) => cloud.origin === 'file')} />
        {others.some((cloud) => cloud.origin === 'added') && (
          <section>
            <h3>Added here</h3>
            <div className="fls">
              {others
                .filter((cloud) => cloud.origin === 'added')
                .map((cloud) => (
                  <FoundCloud key={cloud.id} cloud={cloud} />
                ))}
            </div>
          </section>
        )}
        <section>
          <h3>Add a cloud</h3>
          <div className="fls">
            <AddRow
              icon={FileText}
              title="From an openrc or clouds.yaml…"
              text="Paste it, or open the file. From the dashboard: API Access, Download OpenStack RC File"
              way="text"
            />
            <AddRow
              icon={KeyRound}
              title="Enter by hand…"
              text="Password, application credential, token, passcode, or an endpoint without sign-in"
              way="form"
            />
          </div>
        </section>
      </div>
    </div>
  )
}

function AddRow({ icon, title, text, way }: { icon: LucideIcon; title: string; text: string; way: 'form' | 'text' }) {
  return (
    <button type="button" className="fl add" onClick={() => void openAddCloud(way)}>
      <span className="t2">
        <Icon of={icon} />
      </span>
      <span className="grow">
        <span className="medium block">{title}</span>
        <span className="small t2 block">{text}</span>
      </span>
      <span className="t3">
        <Icon of={ChevronRight} />
      </span>
    </button>
  )
}

function FoundClouds({ clouds }: { clouds: readonly Cloud[] }) {
  const files = useData((data) => data.cloudFiles)
  const bad = files.filter((file) => file.error !== null)
  const read = files.filter((file) => file.error === null)
  if (clouds.length === 0 && bad.length === 0) {
    return (
      <section>
        <h3>Clouds of your own</h3>
        <div className="fls">
          <div className="fl">
            <span className="t2">
              <Icon of={CloudIcon} />
            </span>
            <div className="grow">
              <div className="medium">No clouds.yaml found</div>
              <div className="small t2">
                Put one into ~/.config/openstack/ or name it in OS_CLIENT_CONFIG_FILE; it is only read, never changed.
              </div>
            </div>
            <ReadAgain />
          </div>
        </div>
      </section>
    )
  }
  return (
    <section>
      <h3>
        Found in clouds.yaml
        <span className="t2 reg cut">{[...read.map((file) => file.path), 'only read, never changed'].join(', ')}</span>
      </h3>
      <div className="fls">
        {clouds.map((cloud) => (
          <FoundCloud key={cloud.id} cloud={cloud} />
        ))}
        {bad.map((file) => (
          <div key={`${file.path} ${file.error}`} className="fl">
            <Shape name="triangle" tone="warn" />
            <div className="grow">
              <div className="medium cut">{file.path}</div>
              <div className="small t2">{file.error}</div>
            </div>
            <ReadAgain />
          </div>
        ))}
      </div>
    </section>
  )
}

function ReadAgain() {
  return (
    <Button icon={Retry} onClick={() => void ask('clouds.reload', {})}>
      Read again
    </Button>
  )
}

function FoundCloud({ cloud }: { cloud: Cloud }) {
  const facts = [cloud.authUrl, cloud.region, cloud.project === null ? null : `project ${cloud.project}`, cloud.authKind]
  const { state } = cloud
  return (
    <div className="fl">
      <span className="t2">{state.kind === 'failed' ? <Shape name="triangle" tone="danger" /> : <Icon of={CloudIcon} />}</span>
      <div className="grow">
        <div className="medium">{cloud.name}</div>
        {state.kind === 'failed' ? (
          <div className="small">{state.error.message}</div>
        ) : (
          <div className="small t2 cut">{facts.filter((fact) => fact !== null).join(' · ')}</div>
        )}
        {cloud.secretNeeded !== null && <SecretPrompt cloud={cloud} word={cloud.secretNeeded} />}
      </div>
      {state.kind === 'signing-in' ? (
        <span className="status t2">
          <Shape name="spinner" />
          Signing in…
        </span>
      ) : cloud.secretNeeded !== null ? null : (
        <Button onClick={() => void signIn(cloud.id)}>{state.kind === 'failed' ? 'Sign in again' : 'Sign in'}</Button>
      )}
    </div>
  )
}
