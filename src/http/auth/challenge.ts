/** A challenge of WWW-Authenticate or Proxy-Authenticate (RFC 9110 11.3). Its parameters are left out. */
export interface Challenge {
  /** In lower case: schemes have no case (RFC 9110 11.1). */
  readonly scheme: string;
  /** What stands in place of parameters, such as a token in base64. */
  readonly token68: string | undefined;
  /** Whether the text after the scheme is neither a token68 nor a list of parameters. */
  readonly isMalformed: boolean;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*/y;
const QUOTED_STRING = /"(?:[^"\\]|\\.)*"/sy;
const SPACES = /[ \t]*/y;
const NO_TOKEN = { token68: undefined } as const;
/** A list may have empty items (RFC 9110 5.6.1). */
const SEPARATORS = /[ \t,]*/y;

/**
 * The challenges in all fields of one name, in order. A field ends at its first malformed challenge, because it is
 * not known where the next one begins. The time is linear.
 */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return values.flatMap((value) => new ChallengeParser(value).parse());
}

class ChallengeParser {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Challenge[] {
    const challenges: Challenge[] = [];
    this.#take(SEPARATORS);
    while (this.#offset < this.#text.length) {
      const scheme = this.#take(TOKEN)?.toLowerCase();
      if (scheme === undefined) break;
      const rest = this.#readRest();
      if (rest === 'malformed') {
        challenges.push({ scheme, token68: undefined, isMalformed: true });
        break;
      }
      challenges.push({ scheme, token68: rest.token68, isMalformed: false });
    }
    return challenges;
  }

  /** What follows the name of a scheme, up to the name of the next one. */
  #readRest(): Pick<Challenge, 'token68'> | 'malformed' {
    const hasSpace = this.#take(SPACES) !== '';
    if (this.#skipSeparators()) return NO_TOKEN;
    if (!hasSpace) return 'malformed';
    const start = this.#offset;
    const token68 = this.#take(TOKEN68);
    if (token68 !== undefined && this.#skipSeparators()) return { token68 };
    this.#offset = start;
    return this.#skipParameters() ? NO_TOKEN : 'malformed';
  }

  #skipParameters(): boolean {
    if (!this.#skipParameter()) return false;
    for (;;) {
      if (!this.#skipSeparators()) return false;
      const start = this.#offset;
      // A name without "=" is the scheme of the next challenge.
      if (this.#offset === this.#text.length || !this.#skipName()) {
        this.#offset = start;
        return true;
      }
      if (!this.#skipValue()) return false;
    }
  }

  #skipParameter(): boolean {
    return this.#skipName() && this.#skipValue();
  }

  #skipName(): boolean {
    if (this.#take(TOKEN) === undefined) return false;
    this.#take(SPACES);
    return this.#take(/=/y) !== undefined;
  }

  #skipValue(): boolean {
    this.#take(SPACES);
    return this.#take(QUOTED_STRING) !== undefined || this.#take(TOKEN) !== undefined;
  }

  /** Whether an item of the list ends here. */
  #skipSeparators(): boolean {
    this.#take(SPACES);
    if (this.#offset === this.#text.length) return true;
    return this.#take(SEPARATORS)?.includes(',') === true;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const [text] = pattern.exec(this.#text) ?? [];
    if (text !== undefined) this.#offset += text.length;
    return text;
  }
}
