import type { CertificateFacts, TestReport } from '../../../shared/cloud-protocol.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { ErrorFacts } from '../../components/error-facts.tsx'
import { Shape } from '../../components/shape.tsx'

const stepWords: Readonly<Record<TestReport['steps'][number]['step'], string>> = {
  name: 'Name',
  connect: 'Connection',
  tls: 'Certificate',
  identity: 'Keystone',
  'sign-in': 'Sign-in',
  catalog: 'Catalog',
  'image-service': 'Image service',
  images: 'Images',
}

/** How far a test came: each step with its outcome, then what failed, whole, and what the server showed for itself. */
export function TestReportView({ report, asked }: { report: TestReport; asked: string | null }) {
  return (
    <section className="test-report" aria-label="Outcome of the test">
      <ol>
        {report.steps.map(({ step, outcome, text, ms }) => (
          <li key={step}>
            <Shape
              name={outcome === 'done' ? 'tick' : outcome === 'failed' ? 'stop' : 'off'}
              tone={outcome === 'done' ? 'ok' : outcome === 'failed' ? 'danger' : 't2'}
            />
            <span className="medium">{stepWords[step]}</span>
            <span className={outcome === 'failed' ? 'danger what' : 't2 what'}>{text}</span>
            <span className="vh">{outcome}</span>
            <span className="num t3 small">{outcome === 'skipped' ? '' : `${ms.toLocaleString('en-US')} ms`}</span>
          </li>
        ))}
      </ol>
      {report.error !== null && <ErrorFacts error={report.error} extra={asked === null ? [] : [['Address', asked]]} />}
      {report.certificate !== null && <Certificate facts={report.certificate} trusted={report.error?.code !== 'tls'} />}
    </section>
  )
}

function Certificate({ facts, trusted }: { facts: CertificateFacts; trusted: boolean }) {
  return (
    <>
      <h4 className="medium mt-3">{trusted ? 'Its certificate' : 'The certificate that it showed'}</h4>
      <dl className="dl para facts">
        <dt>For</dt>
        <dd>
          {facts.subject}
          <span className="t2"> ({facts.names})</span>
        </dd>
        <dt>Issued by</dt>
        <dd>{facts.selfSigned ? 'itself' : facts.issuer}</dd>
        <dt>Valid</dt>
        <dd>
          {facts.validFrom} to {facts.validTo}
        </dd>
        <dt>SHA-256</dt>
        <dd>
          <span className="mono">{facts.sha256}</span> <CopyButton text={facts.sha256} what="fingerprint" />
        </dd>
      </dl>
      {!trusted && (
        <p className="small t2 mt-2">
          If whoever runs the cloud confirms this fingerprint, get their CA file and name it as the CA file: it is then trusted for this
          cloud alone.
        </p>
      )}
    </>
  )
}
