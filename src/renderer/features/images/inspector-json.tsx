import { Download } from 'lucide-react'
import type { Image } from '../../../shared/domain.ts'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { saveText } from '../../lib/save-text.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { useUi } from '../../stores/ui.ts'
import { AskedState } from './asked-state.tsx'

/** The record as the cloud writes it. */
export function InspectorJson({ image }: { image: Image }) {
  const cloudId = useUi((ui) => ui.cloudId) ?? ''
  const asked = useAsked('images.raw', { cloudId, imageId: image.id }, image)
  const json = asked.value?.json ?? null
  return (
    <>
      <AskedState asked={asked} what="the record" />
      {json !== null && (
        <>
          <div className="btns">
            <Button small icon={Download} onClick={() => saveText(`${image.id}.json`, `${json}\n`)}>
              Save as a file
            </Button>
            <CopyButton text={json} what="JSON" />
          </div>
          <pre className="raw-json">{json}</pre>
        </>
      )}
    </>
  )
}
