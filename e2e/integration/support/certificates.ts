import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Pair {
  certFile: string
  keyFile: string
  cert: string
  key: string
}

/** A certification authority of one test, with certificates made by openssl as they are wanted. Nothing of it outlives the folder. */
export class TestCa {
  readonly caFile: string
  readonly #dir: string
  #serial = 1

  private constructor(dir: string) {
    this.#dir = dir
    this.caFile = join(dir, 'ca.pem')
  }

  static async make(dir: string, name = 'Test CA'): Promise<TestCa> {
    const made = new TestCa(dir)
    await made.#openssl(
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        'ca.key',
        '-out',
        'ca.pem',
        '-days',
        '2',
      ],
      ...['-subj', `/O=Glancer tests/CN=${name}`, '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    )
    return made
  }

  /** @param names subject alternative names, as `DNS:localhost` or `IP:127.0.0.1` @param days negative for one that has expired */
  async issue(file: string, names: readonly string[], days = 2): Promise<Pair> {
    const [certFile, keyFile] = [join(this.#dir, `${file}.pem`), join(this.#dir, `${file}.key`)]
    await writeFile(join(this.#dir, `${file}.ext`), `subjectAltName=${names.join(',')}\nbasicConstraints=CA:FALSE\n`)
    await this.#openssl(
      ...[
        'req',
        '-new',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        keyFile,
        '-out',
        `${file}.csr`,
        '-subj',
        `/CN=${file}`,
      ],
    )
    await this.#openssl(
      ...['x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', String(this.#serial++)],
      ...['-days', String(days), '-extfile', `${file}.ext`, '-out', certFile],
    )
    return { certFile, keyFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
  }

  async #openssl(...args: string[]): Promise<void> {
    await run('openssl', args, { cwd: this.#dir, timeout: 20_000 })
  }
}
