import type { Capabilities, Cloud } from '../../../shared/domain.ts'
import { MiddleText } from '../../components/middle-text.tsx'
import { Box } from '../../components/part.tsx'
import { Select } from '../../components/select.tsx'
import { Shape } from '../../components/shape.tsx'
import { containerFormatChoices, diskFormatChoices } from '../upload/choices.ts'
import type { Edit, ImportRow, Source } from './import-draft.ts'

interface ImportRowProps {
  row: ImportRow
  source: Source
  cloud: Cloud | undefined
  onEdit(change: Edit): void
}

/** One image of the sheet: where it comes from, and what its record is to say. */
export function ImportRowFields({ row, source, cloud, onEdit }: ImportRowProps) {
  const { line, name, problem, warning } = row
  const look = problem !== null ? 'stop' : warning !== null ? 'triangle' : 'tick'
  return (
    <Box className="file" role="group" aria-label={line}>
      <div className="ir">
        <Shape name={look} tone={look === 'stop' ? 'danger' : look === 'triangle' ? 'warn' : 'ok'} />
        <MiddleText text={line} />
        <input
          className="field"
          aria-label="Image name"
          value={name}
          title={name}
          spellCheck={false}
          onChange={(event) => onEdit({ name: event.target.value })}
        />
        {source === 'glance-download' ? (
          <>
            <span className="t2">as there</span>
            <span className="t2">as there</span>
          </>
        ) : (
          <Formats row={row} capabilities={cloud?.capabilities ?? null} onEdit={onEdit} />
        )}
      </div>
      {problem !== null && (
        <p className="hint danger">
          <Shape name="stop" />
          {problem}
        </p>
      )}
      {problem === null && warning !== null && (
        <p className="hint warn">
          <Shape name="triangle" />
          {warning}
        </p>
      )}
    </Box>
  )
}

interface FormatsProps {
  row: ImportRow
  capabilities: Capabilities | null
  onEdit(change: Edit): void
}

function Formats({ row: { name, diskFormat, containerFormat }, capabilities, onEdit }: FormatsProps) {
  const proposed = { proposed: { name, diskFormat: diskFormat ?? '', containerFormat } }
  const choices = diskFormatChoices(capabilities, proposed).filter((choice) => choice.value !== '')
  return (
    <>
      <Select
        label="Disk format"
        value={diskFormat ?? ''}
        choices={choices.map((choice) => ({ ...choice, aside: choice.disabled === true ? choice.aside : undefined }))}
        shown={diskFormat ?? 'choose'}
        className={diskFormat === null ? 'bad' : undefined}
        onChange={(value) => onEdit({ diskFormat: value })}
      />
      <Select
        label="Container format"
        value={containerFormat}
        choices={containerFormatChoices(capabilities, proposed).map((choice) => ({
          ...choice,
          aside: choice.disabled === true ? choice.aside : undefined,
        }))}
        onChange={(value) => onEdit({ containerFormat: value })}
      />
    </>
  )
}
