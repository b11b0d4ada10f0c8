import { invalidProfile, type Section } from './profile.js';

/** The deepest subsection that is read. MIT Kerberos documents three levels. */
const MAX_SUBSECTIONS = 16;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };

/** A line that asks for another file, or for the files of a folder. */
export interface Include {
  readonly path: string;
  readonly where: string;
}

/**
 * Reads the lines of one file in the form of krb5.conf(5) of MIT Kerberos. Lines before the first section are ignored,
 * a `module` among them. MIT Kerberos reads a file without the last brace or a second quote; here both are errors,
 * because half a file is no configuration.
 */
export class ProfileParser {
  readonly #root: Section;
  readonly #file: string;
  #line = 0;
  /** The current section, and the open subsections in it, each with the line that opened it. */
  #open: { readonly section: Section; readonly where: string }[] = [];
  /** Whether the last line was `tag =`: the brace follows in the next. */
  #wantsBrace = false;

  /** @param root gets the sections of the file */
  constructor(root: Section, file: string) {
    this.#root = root;
    this.#file = file;
  }

  /** @throws SspiError SEC_E_CANNOT_INSTALL with the file and the line */
  readLine(text: string): Include | undefined {
    this.#line++;
    const [, path] = /^include(?:dir)?\s+(.*)$/s.exec(text) ?? [];
    if (path !== undefined) return { path: this.#checkText(path.trim()), where: this.#where };
    if (this.#open.length === 0 && !text.startsWith('[')) return undefined;
    const line = text.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return undefined;
    this.#readStatement(this.#checkText(line));
    return undefined;
  }

  /** @throws SspiError SEC_E_CANNOT_INSTALL if a brace is open */
  end(): void {
    const last = this.#open.at(-1);
    if (last === undefined || this.#open.length === 1) return;
    throw invalidProfile(last.where, 'the brace is never closed');
  }

  get #where(): string {
    return `${this.#file}:${this.#line}`;
  }

  #fail(problem: string): never {
    throw invalidProfile(this.#where, problem);
  }

  #checkText(text: string): string {
    if (text.includes('\0')) this.#fail('the line has a NUL');
    // What the decoder writes for invalid bytes. Comments may have them.
    if (text.includes('\ufffd')) this.#fail('the line is not UTF-8');
    return text;
  }

  #readStatement(line: string): void {
    if (this.#wantsBrace) {
      if (!line.startsWith('{')) this.#fail('a value or a brace is missing after the equals sign');
      this.#wantsBrace = false;
    } else if (line.startsWith('[')) this.#readSection(line);
    else if (line.startsWith('}')) this.#closeSubsection(line);
    else this.#readRelation(line);
  }

  #readSection(line: string): void {
    const [, name, star] = /^\[([^\]]*)\](\*?)$/.exec(line) ?? [];
    if (name === undefined) this.#fail('a section must be one name in square brackets');
    if (this.#open.length > 1) this.#fail('a section begins inside braces');
    const section = this.#root.openSection(name);
    if (star === '*') section.markFinal();
    this.#open = [{ section, where: this.#where }];
  }

  #closeSubsection(line: string): void {
    if (this.#open.length < 2) this.#fail('the closing brace has no opening one');
    const closed = this.#open.pop();
    if (line.startsWith('}*')) closed?.section.markFinal();
  }

  #readRelation(line: string): void {
    const equals = line.indexOf('=');
    const [tag = '', star] = line.slice(0, Math.max(0, equals)).trim().split('*', 2);
    if (tag === '' || /\s/.test(tag)) {
      this.#fail('the line must be a tag, an equals sign and a value');
    }
    const value = line.slice(equals + 1).trim();
    if (value === '' || value === '{') {
      this.#openSubsection(tag, star !== undefined);
      this.#wantsBrace = value === '';
      return;
    }
    // The star of a value has no effect in MIT Kerberos.
    const text = value.startsWith('"') ? unquote(value) : value;
    if (text === undefined) this.#fail('the quote is never closed');
    this.#section.addValue(tag, { text, where: this.#where });
  }

  #openSubsection(tag: string, isFinal: boolean): void {
    if (this.#open.length > MAX_SUBSECTIONS) {
      this.#fail(`braces are nested more than ${MAX_SUBSECTIONS} deep`);
    }
    const section = this.#section.openSection(tag);
    if (isFinal) section.markFinal();
    this.#open.push({ section, where: this.#where });
  }

  get #section(): Section {
    return (this.#open.at(-1) as { section: Section }).section;
  }
}

/** The text between quotes; undefined without the second. What follows that is ignored. */
function unquote(value: string): string | undefined {
  const parts: string[] = [];
  for (let index = 1; index < value.length; index++) {
    const character = value[index] as string;
    if (character === '"') return parts.join('');
    if (character !== '\\') parts.push(character);
    else {
      const escaped = value[++index] ?? '';
      parts.push(ESCAPES[escaped] ?? escaped);
    }
  }
  return undefined;
}
