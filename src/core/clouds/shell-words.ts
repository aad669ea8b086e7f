/** A piece of a word: text that stands for itself, or a variable that is put in. `cannot` names what only a shell could do. */
export type Piece = { text: string } | { variable: string; otherwise: string | null } | { cannot: string }
/** One word of a shell line, in its pieces. `bare` = written without any quote, so that `if` is `if`. */
export interface Word {
  pieces: Piece[]
  bare: boolean
}
/** A simple command, and the line (from 1) on which it begins. */
export interface Statement {
  line: number
  words: Word[]
}

const SEPARATORS = new Set([';', '\n', '&', '|'])

/**
 * Takes a shell script apart into simple commands: words, quotes, comments, continued lines. Nothing is run and nothing is looked up; a here document, a
 * command in `$( )` and the like come as a piece that says so. In time and memory it is linear in the length of the text.
 */
export function shellStatements(text: string): Statement[] {
  const reader = new Reader(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'))
  const statements: Statement[] = []
  while (!reader.atEnd()) {
    const statement = reader.statement()
    if (statement.words.length > 0) statements.push(statement)
  }
  return statements
}

class Reader {
  readonly #text: string
  #at = 0
  #line = 1

  constructor(text: string) {
    this.#text = text
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  statement(): Statement {
    const words: Word[] = []
    let line = this.#line
    while (!this.atEnd()) {
      this.#skipBlanks()
      if (this.#peek() === '#') this.#skipComment()
      if (this.atEnd()) break
      const next = this.#peek()
      if (SEPARATORS.has(next)) {
        this.#take()
        if (words.length > 0) break
        line = this.#line
        continue
      }
      if (words.length === 0) line = this.#line
      words.push(this.#word())
    }
    return { line, words }
  }

  #peek(ahead = 0): string {
    return this.#text[this.#at + ahead] ?? ''
  }

  #take(): string {
    const taken = this.#peek()
    this.#at++
    if (taken === '\n') this.#line++
    return taken
  }

  #skipBlanks(): void {
    for (;;) {
      const next = this.#peek()
      if (next === ' ' || next === '\t' || next === '\r') this.#take()
      else if (next === '\\' && this.#peek(1) === '\n') {
        this.#take()
        this.#take()
      } else return
    }
  }

  #skipComment(): void {
    while (!this.atEnd() && this.#peek() !== '\n') this.#take()
  }

  #word(): Word {
    const pieces: Piece[] = []
    let bare = true
    let plain = ''
    const flush = (): void => {
      if (plain !== '') pieces.push({ text: plain })
      plain = ''
    }
    while (!this.atEnd()) {
      const next = this.#peek()
      // The ampersand of `2>&1` separates nothing.
      const joins = next === '&' && plain.endsWith('>')
      if (next === ' ' || next === '\t' || next === '\r' || (SEPARATORS.has(next) && !joins)) break
      if (next === '\\') {
        this.#take()
        const escaped = this.#take()
        if (escaped !== '\n') plain += escaped
        bare = false
      } else if (next === "'") {
        this.#take()
        plain += this.#until("'")
        bare = false
      } else if (next === '"') {
        this.#take()
        flush()
        pieces.push(...this.#inDoubleQuotes())
        bare = false
      } else if (next === '$' || next === '`') {
        flush()
        pieces.push(this.#expansion())
        bare = false
      } else if (next === '<' && this.#peek(1) === '<') {
        flush()
        this.#take()
        this.#take()
        pieces.push({ cannot: 'a here document' })
        bare = false
      } else {
        plain += this.#take()
      }
    }
    flush()
    if (pieces.length === 0) pieces.push({ text: '' })
    return { pieces, bare }
  }

  /** Up to and over the closing sign; to the end of the text where there is none. */
  #until(sign: string): string {
    const from = this.#at
    while (!this.atEnd() && this.#peek() !== sign) this.#take()
    const found = this.#text.slice(from, this.#at)
    this.#take()
    return found
  }

  #inDoubleQuotes(): Piece[] {
    const pieces: Piece[] = []
    let plain = ''
    const flush = (): void => {
      if (plain !== '') pieces.push({ text: plain })
      plain = ''
    }
    while (!this.atEnd() && this.#peek() !== '"') {
      const next = this.#peek()
      if (next === '\\') {
        this.#take()
        const escaped = this.#take()
        // Only these mean something here; before all others the backslash stands for itself.
        if (escaped === '\n') continue
        plain += '$`"\\'.includes(escaped) ? escaped : `\\${escaped}`
      } else if (next === '$' || next === '`') {
        flush()
        pieces.push(this.#expansion())
      } else {
        plain += this.#take()
      }
    }
    this.#take()
    flush()
    return pieces
  }

  #expansion(): Piece {
    const sign = this.#take()
    if (sign === '`') {
      this.#until('`')
      return { cannot: 'a command' }
    }
    if (this.#peek() === '(') {
      this.#nested('(', ')')
      return { cannot: 'a command' }
    }
    if (this.#peek() === "'") {
      this.#take()
      return this.#ansi()
    }
    if (this.#peek() === '{') {
      this.#take()
      return braced(this.#until('}'))
    }
    const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0]
    if (name !== undefined) {
      for (const _ of name) this.#take()
      return { variable: name, otherwise: null }
    }
    // A dollar before anything else is a dollar, or one of the shell's own numbers.
    return /[0-9@*#?!$-]/.test(this.#peek()) ? { cannot: `$${this.#take()}` } : { text: '$' }
  }

  #nested(open: string, close: string): void {
    let depth = 0
    while (!this.atEnd()) {
      const next = this.#take()
      if (next === open) depth++
      if (next === close && --depth === 0) return
    }
  }

  /** `$'...'`, with the escapes that people use in it. */
  #ansi(): Piece {
    const known: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' }
    let text = ''
    while (!this.atEnd() && this.#peek() !== "'") {
      const next = this.#take()
      if (next !== '\\') {
        text += next
        continue
      }
      const escaped = this.#take()
      const plain = known[escaped]
      if (plain === undefined) {
        this.#until("'")
        return { cannot: `the escape \\${escaped}` }
      }
      text += plain
    }
    this.#take()
    return { text }
  }
}

function braced(inside: string): Piece {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?::?-([^${}`]*))?$/.exec(inside)
  if (match?.[1] === undefined) return { cannot: 'a substitution' }
  return { variable: match[1], otherwise: match[2]?.replace(/^(["'])(.*)\1$/, '$2') ?? null }
}
