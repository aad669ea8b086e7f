import type { Finding } from '../../shared/domain.ts'
import { convertCommand } from './commands.ts'
import type { FormatReport } from './report.ts'

/** Why a file is not uploaded, whatever is chosen for it: what arrives would be no whole image. */
export function* refusals(report: FormatReport, fileName: string): Generator<Finding> {
  const { details } = report
  const copy = { label: 'Copy command', command: convertCommand(fileName, report.glanceDiskFormat ?? 'qcow2') }
  if (report.format === 'empty') {
    yield {
      severity: 'refuse',
      code: 'empty',
      title: 'The file is empty.',
      detail: 'Glance would make an empty, active image of it, which takes no data afterwards.',
    }
  }
  if (details.backingFile !== undefined) {
    yield {
      severity: 'refuse',
      code: 'backing-file',
      title: `It holds only the differences to ${details.backingFile}.`,
      detail: 'A cloud cannot reach that file, so the image would be incomplete. Make it whole first, then add the new file:',
      fix: copy,
    }
  } else if (details.dataFile !== undefined) {
    yield {
      severity: 'refuse',
      code: 'data-file',
      title: `Its data is in another file, ${details.dataFile}.`,
      detail: 'A cloud gets only this one, so the image would be incomplete. Make one file of them first, then add that:',
      fix: copy,
    }
  }
}
