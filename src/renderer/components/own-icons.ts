import { createLucideIcon } from 'lucide-react'

// Shapes that lucide has otherwise than this page draws them: lighter, so that they stay quiet at 14 px.

/** Two strokes, not two boxes. */
export const Pause = createLucideIcon('glancer-pause', [['path', { d: 'M9 5v14M15 5v14', key: 'strokes' }]])

export const Copy = createLucideIcon('glancer-copy', [
  ['rect', { x: '9', y: '9', width: '11', height: '11', rx: '2', key: 'front' }],
  ['path', { d: 'M5 15a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1', key: 'back' }],
])

export const Lock = createLucideIcon('glancer-lock', [
  ['rect', { x: '5', y: '11', width: '14', height: '9', rx: '2', key: 'body' }],
  ['path', { d: 'M8 11V8a4 4 0 0 1 8 0v3', key: 'bow' }],
])

export const Retry = createLucideIcon('glancer-retry', [
  ['path', { d: 'M20 12a8 8 0 1 1-2.6-5.9L20 8.5', key: 'round' }],
  ['path', { d: 'M20 4v4.5h-4.5', key: 'head' }],
])

export const Receipt = createLucideIcon('glancer-receipt', [
  ['path', { d: 'M6 3h12v18l-3-2-3 2-3-2-3 2z', key: 'slip' }],
  ['path', { d: 'M9 8h6M9 12h6', key: 'lines' }],
])

export const Upload = createLucideIcon('glancer-upload', [
  ['path', { d: 'M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3', key: 'tray' }],
  ['path', { d: 'M12 16V4M7 9l5-5 5 5', key: 'arrow' }],
])

export const Download = createLucideIcon('glancer-download', [
  ['path', { d: 'M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3', key: 'tray' }],
  ['path', { d: 'M12 4v12M7 11l5 5 5-5', key: 'arrow' }],
])

export const Folder = createLucideIcon('glancer-folder', [
  ['path', { d: 'M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z', key: 'folder' }],
])

/** An image: a disk lying in its drive. */
export const Disk = createLucideIcon('glancer-disk', [
  ['path', { d: 'M3 13h18M6 5h12l3 8v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-5z', key: 'drive' }],
  ['path', { d: 'M7 16h.01M10.5 16h.01', key: 'lights' }],
])
