/** The names under which the preload and the main process speak. Only these two know them; the page has no way to send on a channel. */
export const channels = {
  /** Page to core: `(name, input as JSON text)`, answered with an `Answer`. Text, so that its size is known before anything is made of it. */
  call: 'glancer:call',
  /** Page to core: `(paths)` of dropped files, answered with one `DroppedFile` each. */
  addFiles: 'glancer:add-files',
  /** Core to page. */
  delta: 'glancer:delta',
} as const
