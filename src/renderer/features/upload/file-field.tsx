import { addFiles, setFileField } from './actions.ts'

/** The browser's own file picker, opened by the upload buttons of the web host. */
export function FileField() {
  return (
    <input
      ref={setFileField}
      type="file"
      multiple
      hidden
      aria-label="Files to upload"
      onChange={(event) => {
        const files = [...(event.target.files ?? [])]
        // The same file can be picked again after it was taken out.
        event.target.value = ''
        void addFiles(files)
      }}
    />
  )
}
