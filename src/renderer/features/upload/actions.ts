import type { ImageFields } from '../../../shared/domain.ts'
import { toErrorShape } from '../../../shared/errors.ts'
import type { DroppedFile } from '../../bridge/bridge.ts'
import { toastFailure } from '../../components/toasts.tsx'
import { plural } from '../../lib/plural.ts'
import { ask, bridge, sentence } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { type Draft, type DraftItem, emptyDraft, isRefused, nameProblem, useDraft } from './draft.ts'

/** Which sheet is open, counted: what comes late for one that was closed does not go into the next. */
let sheets = 0

let fileField: HTMLInputElement | null = null

/** The hidden file field through which the browser's own picker opens; the shell owns it. */
export function setFileField(field: HTMLInputElement | null): void {
  fileField = field
}

/** Asks for files the host's way: the system's dialog in Electron, the browser's picker in the web host. */
export async function chooseFiles(): Promise<void> {
  if (bridge.host === 'web') {
    fileField?.click()
    return
  }
  const picked = await ask('dialog.openFiles', {})
  if (picked !== null) await addIds(picked.fileIds.map((fileId) => ({ fileId })))
}

/** Takes dropped or picked files into the sheet, which opens at once and fills as they are looked at. */
export async function addFiles(files: readonly File[] | DataTransfer): Promise<void> {
  const count = files instanceof DataTransfer ? Array.from(files.items).filter((item) => item.kind === 'file').length : files.length
  if (count === 0) return
  await fill(count, () => bridge.addDropped(files))
}

/** The same for files that the host already knows by id. */
export async function addIds(picked: readonly DroppedFile[]): Promise<void> {
  if (picked.length === 0) return
  await fill(picked.length, async () => picked)
}

async function fill(count: number, files: () => Promise<readonly DroppedFile[]>): Promise<void> {
  const sheet = openSheet(count)
  try {
    await look(await files(), sheet)
  } catch (thrown) {
    toastFailure(sentence(toErrorShape(thrown)))
  } finally {
    if (isOpen(sheet)) {
      useDraft.setState((draft) => ({ looking: draft.looking - count }))
      closeIfEmpty()
    }
  }
}

function openSheet(count: number): number {
  const { open, looking } = useDraft.getState()
  if (open) useDraft.setState({ looking: looking + count })
  else {
    sheets += 1
    useDraft.setState({ ...emptyDraft, open: true, cloudId: targetCloud(), looking: count })
  }
  return sheets
}

function isOpen(sheet: number): boolean {
  return useDraft.getState().open && sheets === sheet
}

/** Where files that come now would go: the cloud that is shown if it is signed in, else the first that is. */
export function targetCloud(clouds = useData.getState().clouds, shown = useUi.getState().cloudId): string | null {
  const here = clouds.find((cloud) => cloud.id === shown && cloud.state.kind === 'signed-in')
  return (here ?? clouds.find((cloud) => cloud.state.kind === 'signed-in'))?.id ?? null
}

function closeIfEmpty(): void {
  const { items, problems, looking } = useDraft.getState()
  if (items.length === 0 && problems.length === 0 && looking === 0) useDraft.setState(emptyDraft)
}

async function look(dropped: readonly DroppedFile[], sheet: number): Promise<void> {
  const ids = dropped.flatMap((file) => ('fileId' in file ? [file.fileId] : []))
  const problems = dropped.flatMap((file) => ('fileId' in file ? [] : [file]))
  const files = ids.length === 0 ? [] : await bridge.call('files.inspect', { fileIds: ids })
  const known = new Set(useDraft.getState().items.map((item) => item.file.fileId))
  const items = files
    .filter((file) => !known.has(file.fileId))
    .map((file): DraftItem => {
      const { name, diskFormat, containerFormat } = file.proposed
      return { file, name, diskFormat, containerFormat, visibility: null, store: null, checked: null, kept: new Set() }
    })
  if (!isOpen(sheet)) {
    await bridge.call('files.release', { fileIds: ids })
    return
  }
  useDraft.setState((draft) => ({ items: [...draft.items, ...items], problems: [...draft.problems, ...problems] }))
  await Promise.all(items.map((item) => check(item.file.fileId)))
}

/** Asks the core what is to be said about the formats chosen. An answer to a choice, or about a cloud, that has changed since is dropped. */
async function check(fileId: string): Promise<void> {
  const { cloudId, items } = useDraft.getState()
  const item = items.find((each) => each.file.fileId === fileId)
  if (item === undefined || cloudId === null) return
  const { diskFormat, containerFormat } = item
  try {
    const checked = await bridge.call('files.check', { fileId, cloudId, diskFormat, containerFormat })
    if (useDraft.getState().cloudId !== cloudId) return
    changeItem(fileId, (now) => (now.diskFormat === diskFormat && now.containerFormat === containerFormat ? { checked } : {}))
  } catch {
    // The look alone stands then; the core checks again when the upload starts.
  }
}

function changeItem(fileId: string, change: (item: DraftItem) => Partial<DraftItem>): void {
  useDraft.setState((draft) => ({ items: draft.items.map((item) => (item.file.fileId === fileId ? { ...item, ...change(item) } : item)) }))
}

export function setItem(fileId: string, change: Partial<DraftItem>): void {
  changeItem(fileId, () => change)
}

/** Chooses formats; what was put aside for other formats counts again. */
export function setFormats(fileId: string, formats: { diskFormat?: string | undefined; containerFormat?: string | undefined }): void {
  changeItem(fileId, (item) => ({
    diskFormat: formats.diskFormat ?? item.diskFormat,
    containerFormat: formats.containerFormat ?? item.containerFormat,
    kept: new Set(),
  }))
  void check(fileId)
}

export function keepAsIs(fileId: string, code: string): void {
  changeItem(fileId, (item) => ({ kept: new Set([...item.kept, code]) }))
}

export function setTarget(cloudId: string): void {
  useDraft.setState((draft) => ({ cloudId, store: null, staging: null, items: draft.items.map((item) => ({ ...item, store: null })) }))
  for (const item of useDraft.getState().items) void check(item.file.fileId)
}

export function takeOut(fileId: string): void {
  useDraft.setState((draft) => ({ items: draft.items.filter((item) => item.file.fileId !== fileId) }))
  void bridge.call('files.release', { fileIds: [fileId] }).catch(() => {})
  closeIfEmpty()
}

export function takeOutProblem(name: string): void {
  useDraft.setState((draft) => ({ problems: draft.problems.filter((problem) => problem.name !== name) }))
  closeIfEmpty()
}

/** Closes the sheet and lets go of its files; nothing was sent. */
export function closeSheet(): void {
  const fileIds = useDraft.getState().items.map((item) => item.file.fileId)
  useDraft.setState(emptyDraft)
  if (fileIds.length > 0) void bridge.call('files.release', { fileIds }).catch(() => {})
}

/** Those that go up: not refused. */
export function uploadable(draft: Draft): DraftItem[] {
  return draft.items.filter((item) => !isRefused(item))
}

export function canStart(draft: Draft): boolean {
  const items = uploadable(draft)
  return (
    draft.cloudId !== null &&
    draft.looking === 0 &&
    !draft.starting &&
    items.length > 0 &&
    items.every((item) => nameProblem(item.name) === null)
  )
}

/** Starts the uploads. On failure the sheet stays as it is, with the reason as a toast. */
export async function startUpload(): Promise<void> {
  const draft = useDraft.getState()
  if (!canStart(draft) || draft.cloudId === null) return
  const items = uploadable(draft)
  useDraft.setState({ starting: true })
  try {
    await bridge.call('uploads.start', {
      cloudId: draft.cloudId,
      items: items.map((item) => ({ fileId: item.file.fileId, fields: fieldsOf(draft, item) })),
      staging: draft.staging === null ? null : { stores: [], allStores: draft.staging === 'all-stores', mustAllSucceed: true },
    })
  } catch (thrown) {
    useDraft.setState({ starting: false })
    toastFailure(`${plural(items.length, 'file')} not started. ${sentence(toErrorShape(thrown))}`)
    return
  }
  bridge.sendBodies(items.map((item) => item.file.fileId))
  const refused = draft.items.filter(isRefused).map((item) => item.file.fileId)
  if (refused.length > 0) void bridge.call('files.release', { fileIds: refused }).catch(() => {})
  // What was dropped meanwhile did not go up with them.
  const taken = new Set(draft.items.map((item) => item.file.fileId))
  useDraft.setState((now) => {
    const more = now.items.filter((item) => !taken.has(item.file.fileId))
    return more.length === 0 && now.looking === 0 ? emptyDraft : { starting: false, items: more, problems: [] }
  })
  useUi.setState({ cloudId: draft.cloudId, trayFolded: false })
}

function fieldsOf(draft: Draft, item: DraftItem): ImageFields {
  const properties = Object.fromEntries(
    draft.properties.filter(({ key }) => key.trim() !== '').map(({ key, value }) => [key.trim(), value]),
  )
  return {
    name: item.name.trim(),
    diskFormat: item.diskFormat,
    containerFormat: item.containerFormat,
    visibility: item.visibility ?? draft.visibility,
    protected: draft.protect,
    tags: [...draft.tags],
    properties,
    minDisk: 0,
    minRam: 0,
    store: item.store ?? draft.store,
  }
}
