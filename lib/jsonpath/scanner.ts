const TERMINATOR = /^[ \t\r\n.,[\]$@{}]$/
const LETTER_OR_DIGIT = /^[_\p{L}\p{Nd}]$/u
const DIGIT = /^\p{Nd}$/u

/** Reads a template character by character; what was read since the last `take` is the token. */
export class Scanner {
  readonly #input: string
  #start = 0
  #at = 0
  #width = 0

  constructor(input: string) {
    this.#input = input
  }

  /** The next character, or '' at the end. */
  next(): string {
    const point = this.#input.codePointAt(this.#at)
    const character = point === undefined ? '' : String.fromCodePoint(point)
    this.#width = character.length
    this.#at += this.#width
    return character
  }

  /** Steps back over the last character read; once per `next`. */
  backup(): void {
    this.#at -= this.#width
  }

  peek(): string {
    const character = this.next()
    this.backup()
    return character
  }

  /** The token read since the last `take` or `skip`. */
  take(): string {
    const token = this.#input.slice(this.#start, this.#at)
    this.#start = this.#at
    return token
  }

  /** True, and the text is passed over, where it comes next. */
  skip(text: string): boolean {
    if (!this.#input.startsWith(text, this.#at)) return false
    this.#at += text.length
    this.#start = this.#at
    return true
  }

  /** Everything up to the given character, or to the end. */
  takeUntil(character: string): string {
    const found = this.#input.indexOf(character, this.#at)
    this.#at = found < 0 ? this.#input.length : found
    return this.take()
  }

  /** True where the character just read, a quote, comes after a backslash. */
  get escaped(): boolean {
    return this.#input[this.#at - 2] === '\\'
  }

  get atEnd(): boolean {
    return this.#at >= this.#input.length
  }
}

/** True for what ends a field or an identifier; '' is the end of the template. */
export function isTerminator(character: string): boolean {
  return character === '' || TERMINATOR.test(character)
}

/** True for a letter, a digit or an underscore. */
export function isAlphaNumeric(character: string): boolean {
  return LETTER_OR_DIGIT.test(character)
}

/** True for a decimal digit of any script, as Go's unicode.IsDigit. */
export function isDigit(character: string): boolean {
  return DIGIT.test(character)
}
