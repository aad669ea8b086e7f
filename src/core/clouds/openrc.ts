import { type Piece, type Statement, shellStatements, type Word } from './shell-words.ts'

/** What an openrc sets, without having been run. */
export interface Openrc {
  /** The variables at its end, also those that are no `OS_` ones. */
  variables: Map<string, string>
  /** Variables whose value the script asks the person for, or gets from a command. */
  asked: Set<string>
  notes: { line: number; text: string }[]
}

/** Commands that say something to the person, or are about the shell: without meaning here. */
const harmless = new Set(['echo', 'printf', ':', 'true', 'false', 'clear', 'stty', 'shopt', 'alias', 'return', 'exit', 'local', 'hash'])
const ends: Readonly<Record<string, string>> = { for: 'done', while: 'done', until: 'done', case: 'esac', select: 'done' }
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/
const assignment = /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=([\s\S]*)$/

/** Follows the lines of an openrc as a shell would, as far as they only set variables. What they do else is named by its line, and not done. */
export function readOpenrc(text: string): Openrc {
  const script = new Script()
  for (const statement of shellStatements(text)) script.follow(statement)
  script.end()
  return script
}

/** An `if` that is open: whether its present part counts, and whether one before it did. */
interface Branch {
  counts: boolean
  done: boolean
  line: number
}

class Script implements Openrc {
  readonly variables = new Map<string, string>()
  readonly asked = new Set<string>()
  readonly notes: Openrc['notes'] = []
  readonly #branches: Branch[] = []
  /** The word that ends a block which is passed over. */
  #over: { until: string; depth: number } | null = null
  #lastLine = 1

  follow({ line, words }: Statement): void {
    this.#lastLine = line
    const first = bareText(words[0])
    if (this.#over !== null) {
      this.#passOver(first, words)
      return
    }
    if (first === 'if') {
      this.#open(line, words.slice(1))
      return
    }
    if (first === 'then' || first === 'do' || first === '{' || first === '}') {
      this.#rest(line, words)
      return
    }
    if (first === 'elif' || first === 'else' || first === 'fi') {
      this.#turn(first, line, words)
      return
    }
    if (!this.#counts()) return
    if (first !== null && ends[first] !== undefined) {
      this.#beginPassing(first, line, words)
      return
    }
    if (first === 'function' || (first !== null && /^\w+\(\)\{?$/.test(first)) || bareText(words[1]) === '()') {
      this.#note(line, 'A function is passed over.')
      this.#over = { until: '}', depth: 0 }
      this.#passOver(null, words)
      return
    }
    this.#command(line, words)
  }

  end(): void {
    const open = this.#branches.at(-1)
    if (open !== undefined) this.#note(open.line, 'This if has no fi.')
    if (this.#over !== null) this.#note(this.#lastLine, 'What began above has no end.')
  }

  #counts(): boolean {
    return this.#branches.every((branch) => branch.counts)
  }

  #note(line: number, text: string): void {
    if (this.notes.length < 200) this.notes.push({ line, text })
  }

  #rest(line: number, words: readonly Word[]): void {
    if (words.length > 1) this.follow({ line, words: words.slice(1) })
  }

  #open(line: number, condition: readonly Word[]): void {
    const holds = this.#counts() ? this.#holds(condition) : false
    if (holds === null) this.#note(line, 'This condition is not understood; what stands under it is passed over.')
    this.#branches.push({ counts: holds === true, done: holds !== false, line })
  }

  #turn(word: 'elif' | 'else' | 'fi', line: number, words: readonly Word[]): void {
    const branch = this.#branches.pop()
    if (branch === undefined) {
      this.#note(line, `${word} without if.`)
      return
    }
    if (word === 'fi') return
    const holds = branch.done ? false : word === 'else' ? true : this.#holds(words.slice(1))
    this.#branches.push({ counts: holds === true, done: branch.done || holds !== false, line })
    if (word === 'else') this.#rest(line, words)
  }

  #beginPassing(word: string, line: number, words: readonly Word[]): void {
    this.#note(line, `${word === 'case' ? 'A case' : 'A loop'} is passed over.`)
    this.#over = { until: ends[word] ?? 'done', depth: 1 }
    this.#passOver(null, words.slice(1))
  }

  #passOver(first: string | null, words: readonly Word[]): void {
    if (this.#over === null) return
    for (const word of [...(first === null ? [] : [first]), ...words.slice(first === null ? 0 : 1).map(bareText)]) {
      if (word === null) continue
      if (this.#over.until === '}') {
        if (word.endsWith('{')) this.#over.depth++
        else if (word === '}') this.#over.depth--
        else continue
      } else if (ends[word] === this.#over.until) this.#over.depth++
      else if (word === this.#over.until) this.#over.depth--
      else continue
      if (this.#over.depth <= 0) {
        this.#over = null
        return
      }
    }
  }

  /** `[ -z "$X" ]` and the like; null where only a shell would know. */
  #holds(words: readonly Word[]): boolean | null {
    const texts = words.map((word) => this.#value(word).text)
    if (texts.some((text) => text === null)) return null
    return holds(texts.filter((text) => text !== null))
  }

  #command(line: number, words: readonly Word[]): void {
    const first = bareText(words[0])
    const rest = words.slice(1)
    switch (first) {
      case 'export':
      case 'declare':
      case 'typeset':
      case 'readonly':
        for (const word of rest) if (!bareText(word)?.startsWith('-')) this.#assign(line, word)
        return
      case 'set':
        // C shells and Windows write `set NAME=value`; in a shell of ours `set -a` and the like are about the shell.
        for (const word of rest) if (assignment.test(flat(word))) this.#assign(line, word)
        return
      case 'setenv':
        this.#setenv(line, rest)
        return
      case 'unset':
        for (const word of rest) {
          const name = bareText(word) ?? ''
          this.variables.delete(name)
          this.asked.delete(name)
        }
        return
      case 'read':
        this.#read(rest)
        return
      case 'source':
      case '.':
        this.#note(line, 'Another file is read here, which Glancer does not do: put its lines here.')
        return
    }
    if (words.every((word) => assignment.test(flat(word)))) {
      for (const word of words) this.#assign(line, word)
      return
    }
    if (first !== null && (harmless.has(first) || first.startsWith('[') || first === 'test')) return
    // Its name is not quoted: it may be the second word of a password without quotes.
    this.#note(line, 'A command stands here, which Glancer does not run.')
  }

  #setenv(line: number, [name, value]: readonly Word[]): void {
    const key = bareText(name)
    if (key === null || value === undefined || !variableName.test(key)) {
      this.#note(line, 'This setenv is not understood.')
      return
    }
    this.#set(line, key, value)
  }

  /** `read -sr NAME`, also with a prompt: the person types it. */
  #read(words: readonly Word[]): void {
    const takesValue = new Set(['p', 't', 'n', 'N', 'd', 'i', 'u', 'a'])
    for (let index = 0; index < words.length; index++) {
      const word = flat(words[index])
      if (word.startsWith('-')) {
        // The value of an option may be in the next word.
        if (takesValue.has(word.at(-1) ?? '')) index++
      } else if (variableName.test(word)) {
        this.variables.delete(word)
        this.asked.add(word)
      }
    }
  }

  #assign(line: number, word: Word): void {
    const [head, ...more] = word.pieces
    const start = head !== undefined && 'text' in head ? assignment.exec(head.text) : null
    if (start === null) {
      // `export NAME` alone makes known what is set already.
      if (!variableName.test(flat(word))) this.#note(line, 'This is not an assignment.')
      return
    }
    const [, name = '', plus, rest = ''] = start
    if (plus === '+') {
      this.#note(line, `What is added to ${name} here is left out.`)
      return
    }
    this.#set(line, name, { pieces: [{ text: rest }, ...more], bare: false })
  }

  #set(line: number, name: string, word: Word): void {
    const { text, asked, cannot } = this.#value(word)
    this.variables.delete(name)
    this.asked.delete(name)
    if (text !== null) {
      this.variables.set(name, text)
      return
    }
    if (asked) {
      this.asked.add(name)
      return
    }
    if (isSecret(name)) this.asked.add(name)
    this.#note(line, `The value of ${name} comes from ${cannot}, which Glancer does not ${cannot === 'a command' ? 'run' : 'work out'}.`)
  }

  /** A word with its variables put in. Null text: it is asked of the person, or only a shell could know it. */
  #value(word: Word): { text: string | null; asked: boolean; cannot: string } {
    let text = ''
    for (const piece of word.pieces) {
      if ('cannot' in piece) return { text: null, asked: false, cannot: piece.cannot }
      if ('text' in piece) text += piece.text
      else if (this.asked.has(piece.variable)) return { text: null, asked: true, cannot: '' }
      else text += this.#lookUp(piece)
    }
    return { text, asked: false, cannot: '' }
  }

  #lookUp({ variable, otherwise }: { variable: string; otherwise: string | null }): string {
    const known = this.variables.get(variable)
    if (known !== undefined && known !== '') return known
    // A home folder is the one thing of the surroundings that such a file may well mean.
    return otherwise ?? (variable === 'HOME' ? '~' : '')
  }
}

/** The outcome of `[ ... ]`, `[[ ... ]]` or `test ...`, as far as it is about texts only. */
function holds(words: readonly string[]): boolean | null {
  const [first, last] = [words[0], words.at(-1)]
  const bracketed = (first === '[' && last === ']') || (first === '[[' && last === ']]')
  if (!bracketed && first !== 'test') return null
  const inner = bracketed ? words.slice(1, -1) : words.slice(1)
  const negated = inner[0] === '!'
  const outcome = compared(negated ? inner.slice(1) : inner)
  return outcome === null || !negated ? outcome : !outcome
}

function compared([a, b, c, more]: readonly string[]): boolean | null {
  if (more !== undefined) return null
  if (c === undefined && a === '-z') return b === undefined || b === ''
  if (c === undefined && a === '-n') return b === undefined || b !== ''
  if (c !== undefined && (b === '=' || b === '==')) return a === c
  return c !== undefined && b === '!=' ? a !== c : null
}

/** By its name, a variable with a secret in it. */
export function isSecret(variable: string): boolean {
  return /PASSWORD|SECRET|TOKEN|PASSCODE/.test(variable)
}

/** The text of a word that is nothing but text. */
function flat(word: Word | undefined): string {
  return word?.pieces.map((piece: Piece) => ('text' in piece ? piece.text : '\0')).join('') ?? ''
}

/** The text of a word without quotes, as which keywords and names of commands are written. */
function bareText(word: Word | undefined): string | null {
  return word?.bare === true ? flat(word) : null
}
