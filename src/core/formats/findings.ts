import type { Finding } from '../../shared/domain.ts'
import { choiceFindings } from './choice-findings.ts'
import type { Chosen } from './chosen.ts'
import { contentFindings } from './content-findings.ts'
import { refusals } from './refusals.ts'
import type { FormatReport } from './report.ts'

const weight = { refuse: 0, warn: 1, note: 2 }

/** What is to be said about a file with the formats chosen for it. Pure; the gravest first, and nothing else where it is refused. */
export function findings(report: FormatReport, chosen: Chosen): Finding[] {
  const refused = [...refusals(report, chosen.fileName)]
  if (refused.length > 0) return refused
  return [...choiceFindings(report, chosen), ...contentFindings(report, chosen)].sort((a, b) => weight[a.severity] - weight[b.severity])
}
