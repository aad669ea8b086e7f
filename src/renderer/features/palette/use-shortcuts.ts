import { useEffect } from 'react'
import { copyText } from '../../components/copy-button.tsx'
import { toast } from '../../components/toasts.tsx'
import { commandKey } from '../../lib/keys.ts'
import { useData } from '../../stores/data.ts'
import { goTo, openDialog, showCloud, useUi } from '../../stores/ui.ts'
import { undo, useUndo } from '../../stores/undo.ts'
import { useCloudForm } from '../cloud-form/form-state.ts'
import { choosePlace } from '../clouds/open-place.ts'
import { openCreate, useEditSession } from '../image-edit/edit-session.ts'
import { actOnTargets, downloadTargets, editTarget, targetIds } from '../images/actions.ts'
import { SEARCH_ID } from '../images/images-toolbar.tsx'
import { sourcesOf } from '../import/import-sheet.tsx'
import { chooseFiles } from '../upload/actions.ts'
import { useDraft } from '../upload/draft.ts'

/** Keys that work wherever the focus is, but not while a dialog or a sheet is open. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || covered()) return
      const run = commandKey(event) ? withCommand(event) : typing(event.target) ? null : alone(event)
      if (run === null) return
      event.preventDefault()
      run()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

function covered(): boolean {
  const sheet = useDraft.getState().open || useEditSession.getState().session !== null || useCloudForm.getState().form !== null
  return sheet || useUi.getState().dialog !== null
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

function withCommand(event: KeyboardEvent): (() => void) | null {
  switch (event.key.toLowerCase()) {
    case 'k':
      return () => openDialog({ kind: 'palette' })
    case 'u':
      return () => void chooseFiles()
    case 's':
      return downloadTargets
    case 't':
      return () => goTo('transfers')
    case 'z':
      return typing(event.target) || useUndo.getState().last === null ? null : () => void undo()
    case 'c':
      return copyTarget(event)
    default:
      return /^[1-9]$/.test(event.key) ? () => toCloud(Number(event.key)) : null
  }
}

/** Keys of the images mean nothing on other pages, where none is seen to be chosen. */
function onImages(run: () => void): (() => void) | null {
  return useUi.getState().page === 'images' ? run : null
}

function createHere(): void {
  const { cloudId } = useUi.getState()
  if (cloudId !== null) openCreate(cloudId)
}

/** The cloud that is shown, if it fetches images by itself. */
function importHere(): void {
  const { cloudId } = useUi.getState()
  const cloud = useData.getState().clouds.find((each) => each.id === cloudId)
  if (cloud !== undefined && sourcesOf(cloud).length > 0) openDialog({ kind: 'import', cloudId: cloud.id })
}

function alone(event: KeyboardEvent): (() => void) | null {
  switch (event.key) {
    case '?':
      return () => openDialog({ kind: 'keyboard' })
    case '/':
      return () => {
        goTo('images')
        // The field is there only after the page is drawn.
        requestAnimationFrame(() => document.getElementById(SEARCH_ID)?.focus())
      }
    case 'e':
      return onImages(editTarget)
    case 'n':
      return onImages(createHere)
    case 'o':
      return onImages(() => choosePlace(useUi.getState().cloudId))
    case 'i':
      return onImages(importHere)
    case 'P':
      return onImages(() => actOnTargets('protect', 'unprotect'))
    case 'H':
      return onImages(() => actOnTargets('hide', 'unhide'))
    case 'D':
      return onImages(() => actOnTargets('deactivate', 'reactivate'))
    case 'S':
      return onImages(() => actOnTargets('share'))
    case 'C':
      return onImages(() => actOnTargets('copy-to-cloud'))
    case 'Escape':
      return useUi.getState().peek ? () => useUi.setState({ peek: false }) : null
    default:
      return null
  }
}

/** The id of the image, or with Shift its digest; text that is marked is copied as ever. */
function copyTarget(event: KeyboardEvent): (() => void) | null {
  if (typing(event.target) || getSelection()?.isCollapsed === false) return null
  const { cloudId, page } = useUi.getState()
  const ids = targetIds()
  if (page !== 'images' || cloudId === null || ids.length === 0) return null
  if (!event.shiftKey)
    return () =>
      void copyText(ids.join('\n')).then(() =>
        toast(ids.length === 1 ? 'Image ID copied' : 'Image IDs copied', { shape: 'tick', tone: 'ok' }),
      )
  const images = useData.getState().images[cloudId]?.images
  const hashes = ids.flatMap((id) => images?.get(id)?.hashValue ?? [])
  return hashes.length === 0
    ? null
    : () => void copyText(hashes.join('\n')).then(() => toast('Digest copied', { shape: 'tick', tone: 'ok' }))
}

function toCloud(number: number): void {
  const cloud = useData.getState().clouds[number - 1]
  if (cloud !== undefined) showCloud(cloud.id)
}
