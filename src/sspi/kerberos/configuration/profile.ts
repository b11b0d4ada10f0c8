import { SspiError } from '../../error.js';

/** A value in krb5.conf. */
export interface ProfileValue {
  readonly text: string;
  /** Its file and line, for errors. */
  readonly where: string;
}

/**
 * The error for a krb5.conf that cannot be used. Negotiate does not go on to NTLM after it.
 *
 * @param where a file, or a file and its line
 */
export function invalidProfile(where: string, problem: string, cause?: unknown): SspiError {
  return new SspiError('SEC_E_CANNOT_INSTALL', `${where}: ${problem}`, { cause });
}

/**
 * The root of krb5.conf, a section, or a subsection in braces. Several places of a file may add to one section. What is
 * final gets nothing more from later files.
 */
export class Section {
  readonly #values = new Map<string, ProfileValue[]>();
  readonly #sections = new Map<string, Section>();
  #isFinal = false;
  #isSealed = false;

  addValue(tag: string, value: ProfileValue): void {
    if (this.#isSealed) return;
    const values = this.#values.get(tag);
    if (values === undefined) this.#values.set(tag, [value]);
    else values.push(value);
  }

  /** The section with this tag, to which values can be added. */
  openSection(tag: string): Section {
    let section = this.#sections.get(tag);
    if (section !== undefined) return section;
    section = new Section();
    if (!this.#isSealed) this.#sections.set(tag, section);
    return section;
  }

  /** The section gets nothing from later files. */
  markFinal(): void {
    this.#isFinal = true;
  }

  /** Ends a file of the list in KRB5_CONFIG. */
  endFile(isFinal = false): void {
    this.#isSealed = isFinal || this.#isFinal;
    for (const section of this.#sections.values()) section.endFile(this.#isSealed);
  }

  section(tag: string): Section | undefined {
    return this.#sections.get(tag);
  }

  /** The values of a tag, in the order of the files. */
  values(tag: string): readonly ProfileValue[] {
    return this.#values.get(tag) ?? [];
  }

  /** The value of a tag that has one: the first. */
  value(tag: string): ProfileValue | undefined {
    return this.#values.get(tag)?.[0];
  }

  /** Each tag that has values, with its first. */
  *firstValues(): Generator<[tag: string, value: ProfileValue]> {
    for (const [tag, [value]] of this.#values) if (value !== undefined) yield [tag, value];
  }

  /** The tags of the subsections. */
  get sectionTags(): Iterable<string> {
    return this.#sections.keys();
  }
}
