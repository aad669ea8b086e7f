import { Shape } from '../../components/shape.tsx'
import { plural } from '../../lib/plural.ts'
import { useData } from '../../stores/data.ts'
import { goTo } from '../../stores/ui.ts'

const MOST_SHOWN = 3

/** Under the clouds: what could not be read of the files that name them. The clouds that are shown go on working. */
export function CloudFileNotes() {
  const files = useData((data) => data.cloudFiles)
  const bad = files.filter((file) => file.error !== null)
  if (bad.length === 0) return null
  return (
    <section aria-label="Files of clouds" className="file-notes">
      {bad.slice(0, MOST_SHOWN).map(({ path, error }) => (
        <div key={`${path} ${error}`} className="cl">
          <span className="st">
            <Shape name="triangle" tone="warn" />
          </span>
          <span className="cut medium" title={path}>
            {path.split('/').at(-1)}
          </span>
          <span className="sub">{error}</span>
        </div>
      ))}
      <button type="button" className="nav" onClick={() => goTo('settings')}>
        {bad.length > MOST_SHOWN ? `${plural(bad.length - MOST_SHOWN, 'more remark')} in Settings` : 'Files in Settings'}
      </button>
    </section>
  )
}
