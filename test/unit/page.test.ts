import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Json, Outcome } from '../../src/conformance/outcome.js';
import { toHtml } from '../../src/conformance/page/to-html.js';
import type { Report, ReportedCase } from '../../src/conformance/report/report.js';
import {
  agreeingCases,
  emptyReport,
  hostileReport,
  outcomeRows,
  reportOf,
  sampleReport,
} from '../support/reports.js';

const sample = sampleReport();
const text = toHtml(sample);

/** The content of every element of that name, as it is in the file. */
function contents(page: string, name: string): string[] {
  const elements = page.matchAll(new RegExp(`<${name}(?: [^>]*)?>(.*?)</${name}>`, 'gs'));
  return Array.from(elements, ([, content = '']) => content);
}

/** The part of a page for one case. */
function articleOf(page: string, id: string): string {
  const article = contents(page, 'article').find((content) => content.includes(id));
  assert.ok(article, `no article for ${id}`);
  return article;
}

function reported(id: string): ReportedCase {
  const found = sample.cases.find((reported) => reported.id === id);
  assert.ok(found);
  return found;
}

function heading(report: Report): string | undefined {
  return contents(toHtml(report), 'h1')[0];
}

describe('toHtml', () => {
  it('gives the same text for the same report', () => {
    assert.equal(toHtml(sampleReport()), text);
  });

  it('has the time at which it was made on one line of its own', () => {
    const later = toHtml({ ...sample, made: '2027-02-03T04:05:06.789Z' });
    const lines = text.split('\n');
    const others = later.split('\n').filter((line, index) => line !== lines[index]);
    assert.deepEqual(others, [
      '<time datetime="2027-02-03T04:05:06.789Z">2027-02-03 04:05:06 UTC</time>',
    ]);
    assert.equal(later.split('\n').length, lines.length);
  });

  it('allows its own style and script by their hashes, and nothing else', () => {
    const hash = (source: string | undefined) =>
      `'sha256-${createHash('sha256')
        .update(source ?? '')
        .digest('base64')}'`;
    const [style, ...styles] = contents(text, 'style');
    const [script, ...scripts] = contents(text, 'script');
    assert.deepEqual([...styles, ...scripts], []);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1];
    assert.deepEqual(policy?.replaceAll('&#39;', "'").split('; '), [
      "default-src 'none'",
      `style-src ${hash(style)}`,
      `script-src ${hash(script)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('loads nothing, and links only to itself and to sections of RFCs', () => {
    for (const page of [text, toHtml(hostileReport())]) {
      assert.doesNotMatch(page, /\b(?:src|srcset|action|style|on\w+)="/);
      assert.doesNotMatch(page, /url\(|@import|<link|<base|<iframe|<object|<embed|<use|xlink/);
      const targets = Array.from(
        page.matchAll(/(<\w+)[^>]* href="([^"]*)"/g),
        ([, ...match]) => match,
      );
      assert.equal(targets.length, page.match(/href=/g)?.length);
      for (const [element, target = ''] of targets) {
        assert.equal(element, '<a');
        if (target.startsWith('#')) {
          assert.ok(page.includes(` id="${target.slice(1)}"`), target);
        } else {
          assert.match(target, /^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d{4}#section-[\d.]+$/);
        }
      }
    }
  });

  it('links each section of an RFC in a clause, and leaves other text unchanged', () => {
    const clause = 'RFC 8471 4.2; RFC 4178 4.2.2, MS-NLMP 3.4.9 <b>';
    const [first] = agreeingCases(1) as [ReportedCase];
    const expected = { outcome: first.outcomes[0] as Outcome, clause };
    const page = toHtml(reportOf([{ ...first, expected }]));
    const link = (rfc: number, section: string) =>
      `<a href="https://www.rfc-editor.org/rfc/rfc${rfc}#section-${section}" rel="noreferrer">RFC ${rfc} ${section}</a>`;
    const linked = `${link(8471, '4.2')}; ${link(4178, '4.2.2')}, MS-NLMP 3.4.9 &lt;b&gt;`;
    assert.ok(page.includes(linked));
  });

  it('shows the command that made it, if one did', () => {
    assert.doesNotMatch(text, /class="command"/);
    const command = 'tokenbinding conformance --replay "a <b>.jsonl"';
    const page = toHtml({ ...sample, command });
    assert.ok(
      page.includes('<code>tokenbinding conformance --replay &quot;a &lt;b&gt;.jsonl&quot;</code>'),
    );
  });

  it('escapes every string, and writes out what hides or reverses text', () => {
    const page = toHtml(hostileReport());
    assert.doesNotMatch(page, /<img/);
    assert.equal(page.split('</script>').length, 2);
    assert.equal(page.split('</style>').length, 2);
    assert.doesNotMatch(page, /[^\P{Cc}\n]|[\p{Cf}\p{Cs}]/u);
    assert.ok(page.includes('windows-11.json&lt;/script&gt;&lt;/style&gt;&lt;img src=x onerror='));
    assert.ok(page.includes('&#39;&quot;&amp;\\u{202e}\\u{0}'));
    assert.doesNotMatch(page, /onerror="/);
  });

  it('writes out halves of surrogate pairs, which UTF-8 cannot encode', () => {
    const [first] = agreeingCases(1);
    const page = toHtml(reportOf([{ ...(first as ReportedCase), title: 'half \ud83d of one' }]));
    assert.ok(page.includes('half \\u{d83d} of one'));
    assert.equal(Buffer.from(page).toString(), page);
  });

  it('has a row for every case, and an article for what differs', () => {
    const rows = Array.from(text.matchAll(/<tr data-kind="([a-z-]+)"/g), ([, kind]) => kind);
    assert.equal(rows.length, sample.cases.length);
    const apart = sample.cases.filter(({ comparison: { kind } }) =>
      ['differ', 'known-deviation'].includes(kind),
    );
    assert.equal(contents(text, 'article').length, apart.length);
    for (const { id, title } of apart) assert.ok(articleOf(text, id).includes(title));
  });

  describe('the verdict', () => {
    const [a, b] = sample.sides;
    const { wine: _, ...system } = a.system ?? assert.fail();
    const windows = { ...sample, sides: [{ ...a, system }, b] } as const;

    it('states how many cases differ, and never calls Wine Windows', () => {
      const wine = 'The tokenbinding.dll 10.0.26100.1 under Wine (windows-11.json)';
      assert.equal(
        heading(sample),
        `${wine} and the portable provider differ in 7 of 50 comparable cases.`,
      );
      assert.equal(
        heading(windows),
        'Windows’ tokenbinding.dll 10.0.26100.1 (windows-11.json) and the portable provider differ in 7 of 50 comparable cases.',
      );
      assert.ok(text.includes('Wine, which is not Windows.'));
      assert.ok(!toHtml(windows).includes('Wine'));
    });

    it('names the specification if it is a side', () => {
      const page = toHtml({ ...sample, sides: [a, { name: 'specification' }] });
      assert.match(contents(page, 'h1')[0] ?? '', / and the specification differ in 7 of 50 /);
      assert.ok(page.includes('<p>The expected result of each case.</p>'));
      assert.ok(!page.includes('<th scope="col">Specification</th>'));
    });

    it('begins with a capital, and names both recordings', () => {
      const recorded = (file: string) => {
        const recording = { file, made: '2026-11-20T08:15:00.000Z', package: '0.1.0' };
        return { ...b, recording };
      };
      const of = (...files: [string, string]) => {
        return heading({ ...sample, sides: [recorded(files[0]), recorded(files[1])] })?.split(
          ' differ',
        )[0];
      };
      assert.equal(
        of('C:\\runs\\one.jsonl', '/runs/other.jsonl'),
        'The portable provider (one.jsonl) and the portable provider (other.jsonl)',
      );
      assert.equal(
        of('monday/r.jsonl', 'tuesday/r.jsonl'),
        'The portable provider (monday/r.jsonl) and the portable provider (tuesday/r.jsonl)',
      );
      assert.match(
        contents(toHtml({ ...sample, sides: [b, a] }), 'title')[0] ?? '',
        /^The portable/,
      );
    });

    it('calls a DLL from another place than System32 by its file', () => {
      const library = { path: 'D:\\builds\\tb-19041.dll', version: '10.0.19041.1' };
      const { recording: _, ...live } = { ...a, system, library };
      const sides = [live, b] as const;
      assert.match(heading({ ...sample, sides }) ?? '', /^The tb-19041\.dll 10\.0\.19041\.1 and /);
    });

    it('names another implementation by its name', () => {
      const other = { name: 'other', software: 'token_bind 1.0' } as const;
      assert.match(
        heading({ ...sample, sides: [other, b] }) ?? '',
        /^Token_bind 1.0 and the portable/,
      );
    });

    it('states agreement only if the sides agree', () => {
      const end = (report: Report) => heading(report)?.split('portable provider ')[1];
      assert.equal(end(reportOf(agreeingCases(3))), 'agree in all 3 comparable cases.');
      const known = [...agreeingCases(3), reported('probes/version')];
      assert.equal(
        end(reportOf(known)),
        'agree in 3 of 4 comparable cases; the other 1 is a known deviation.',
      );
    });

    it('states that nothing was compared', () => {
      const names =
        'the tokenbinding.dll 10.0.26100.1 under Wine (windows-11.json) and the portable provider';
      assert.equal(heading(emptyReport()), `No case was run between ${names}.`);
      const alone = reportOf([reported('probes/null-arguments')]);
      assert.equal(heading(alone), `No case could be compared between ${names}.`);
      assert.match(toHtml(alone), /<h1 class="nothing">/);
    });
  });

  describe('a group', () => {
    it('has its sentence, its counts and a bar, and leads to its cases', () => {
      const description = 'Published <messages>.';
      const groups = sample.groups.map((group) => ({ ...group, description }));
      const page = toHtml({ ...sample, groups });
      const item = contents(page, 'li').find((content) => content.includes('#group-probes')) ?? '';
      assert.ok(item.includes('Published &lt;messages&gt;.'));
      const bars = Array.from(item.matchAll(/<rect class="([\w-]+)"/g), ([, kind]) => kind);
      assert.deepEqual(bars, ['differ', 'known-deviation', 'not-comparable']);
      assert.ok(page.includes('<li class="kind known-deviation">1 known deviation</li>'));
    });

    it('has a bar of full width, in which one case of a million is visible', () => {
      const tally = { cases: 1e6, agree: 999_999, differ: 1, knownDeviation: 0, notComparable: 0 };
      const groups = [{ name: 'mutations', ...tally, otherReason: 0 }] as const;
      const page = toHtml({ ...sample, groups });
      const widths = Array.from(page.matchAll(/<rect [^>]*width="([\d.]+)"/g), ([, width]) =>
        Number(width),
      );
      assert.equal(widths.length, 2);
      assert.ok((widths[0] ?? 0) > 1);
      assert.equal((widths[0] ?? 0) + (widths[1] ?? 0), 100);
    });

    it('is open if it is short, and folded if it is long', () => {
      const states = Array.from(
        text.matchAll(/<details class="group" id="group-([\w-]+)"( open)?/g),
      );
      const open = states.filter(([, , open]) => open).map(([, name]) => name);
      assert.deepEqual(open, [
        'messages',
        'generate-message',
        'identifiers',
        'probes',
        'mutations',
      ]);
      assert.equal(states.length, 6);
    });
  });

  describe('a difference', () => {
    it('marks the part of long values that differs, and only that', () => {
      const article = articleOf(text, 'messages/second-identifier');
      assert.deepEqual(contents(article, 'mark'), ['xyz', 'Nz3']);
      assert.equal(contents(article, 'tr').filter((row) => row.includes('>differs<')).length, 1);
    });

    it('distinguishes a number from its text, and marks a missing part', () => {
      assert.deepEqual(contents(articleOf(text, 'identifiers/number'), 'mark'), [
        '96',
        '&quot;96&quot;',
      ]);
      assert.deepEqual(contents(articleOf(text, 'generate-message/two-provided'), 'mark'), [
        'a0vT',
        '(nothing)',
      ]);
    });

    it('does not compare reasons', () => {
      const rows = contents(articleOf(text, 'messages/signature-of-63-bytes'), 'tr');
      const reasons = rows.filter((row) => row.includes('<code>reason.'));
      assert.equal(reasons.length, 2);
      for (const row of reasons) assert.match(row, />not compared</);
    });

    it('states the expectation and the sides that meet it, or that the specification leaves the case open', () => {
      assert.match(
        articleOf(text, 'messages/signature-of-63-bytes'),
        /The specification expects refused \(<a .*>RFC 8471 3<\/a>\): B meets it, A does not\./,
      );
      assert.ok(
        articleOf(text, 'generate-message/two-provided').includes(
          'The specification leaves this case open.',
        ),
      );
    });

    it('decodes a damaged message up to its fault', () => {
      const article = articleOf(text, 'messages/signature-of-63-bytes');
      assert.ok(article.includes('tokenbindings[1].tokenbindingid.point'));
      assert.ok(!article.includes('<code>tokenbindings[1].signature</code>'));
      assert.match(
        article,
        /Damaged:.*tokenbindings\[1\]\.signature: has length 63, the least is 64/,
      );
      assert.match(articleOf(text, 'mutations/11873'), /Damaged:.*outside the base64url alphabet/);
    });

    it('shows a known deviation with its clause, builds and reason', () => {
      const article = articleOf(text, 'probes/version');
      for (const fact of [
        'RFC 8472 2',
        '10240 and later',
        '&quot;0.10&quot;',
        'the drafts whose',
      ]) {
        assert.ok(article.includes(fact), fact);
      }
    });
  });

  describe('the compared values', () => {
    const of = (outcomes: ReportedCase['outcomes'], sides = sample.sides) => {
      const [first] = agreeingCases(1) as [ReportedCase];
      const comparison = { kind: 'differ', path: 'verdict' } as const;
      return outcomeRows(toHtml({ ...reportOf([{ ...first, comparison, outcomes }]), sides }));
    };

    it('follow the comparer: two failures differ although they look alike', () => {
      const failed: Outcome = { verdict: 'failed', reason: { code: 'X', fault: 'broken' } };
      const states = of([failed, failed]);
      assert.deepEqual([states['verdict'], states['reason.fault']], ['differs', 'equal']);
    });

    it('include each result that one side lacks, and not the list around it', () => {
      const whole = agreeingCases(1)[0]?.outcomes[0] as Outcome;
      const states = of([{ ...whole, results: [] }, whole]);
      assert.equal(states['results'], undefined);
      assert.equal(states['results[0].identifier'], 'only B');
    });

    it('include values at any depth', () => {
      const observed = (value: Json): Outcome => {
        const deep = Array(12)
          .fill('a')
          .reduce<Json>((inner, name) => ({ [name]: inner }), value);
        return { verdict: 'observed', observations: { deep } };
      };
      const states = Object.values(of([observed(1), observed(2)]));
      assert.deepEqual(states.filter((state) => state === 'differs').length, 1);
    });

    it('include the fault of an invalid result and no other part of the reason', () => {
      const invalid: Outcome = {
        verdict: 'invalid',
        reason: { code: 'X', path: 'p', fault: 'f' },
      };
      const states = of([invalid, { verdict: 'refused', reason: { code: 'Y' } }]);
      assert.equal(states['reason.fault'], 'only A');
      assert.equal(states['reason.code'], 'not compared');
      assert.equal(states['reason.path'], 'not compared');
    });

    it('include only the stated values of an expectation', () => {
      const [first] = agreeingCases(1) as [ReportedCase];
      const whole = first.outcomes[0] as Outcome;
      const results = whole.results?.map(({ extensionData, status, ...said }) => said) ?? [];
      const specification = { name: 'specification' } as const;
      const wanted: Outcome = { verdict: 'accepted', results };
      const states = of([whole, wanted], [sample.sides[1], specification]);
      assert.equal(states['results[0].identifier'], 'equal');
      assert.equal(states['results[0].extensionData'], 'not compared');
      assert.equal(states['results[0].status'], 'not compared');
    });
  });

  it('shows a reason for both sides only if both have it', () => {
    const [first] = agreeingCases(1) as [ReportedCase];
    const refused: Outcome = { verdict: 'refused', reason: { code: 'ERR_TB_SIGNATURE' } };
    const names = (outcomes: ReportedCase['outcomes']) => {
      const row = contents(toHtml(reportOf([{ ...first, outcomes }])), 'tbody').at(-1) ?? '';
      return contents(row, 'dt').filter((name) => /verdict|reason/.test(name));
    };
    const [both, one] = [names([refused, refused]), names([refused, { verdict: 'refused' }])];
    assert.deepEqual(both, ['A, B verdict', 'A, B reason.code']);
    assert.deepEqual(one, ['A, B verdict', 'A reason.code']);
    assert.deepEqual(names([{ verdict: 'refused' }, refused]), ['A, B verdict', 'B reason.code']);
  });

  it('states why cases are not comparable, and how many', () => {
    const why = 'the specification leaves it open';
    const page = toHtml({
      ...sample,
      whyNotComparable: [{ why, cases: 1234, example: 'generate-message/x' }],
    });
    assert.match(page, /Why cases are not comparable/);
    assert.match(
      page,
      new RegExp(`${why}</th><td class="number">1,234</td><td><code>generate-message/x<`),
    );
    assert.doesNotMatch(toHtml(reportOf(agreeingCases(1))), /Why cases are not comparable/);
  });

  describe('a large report', () => {
    it('counts the omitted fields and results of a message of 65 KB', () => {
      const article = articleOf(text, 'messages/65535-bytes');
      assert.ok(article.length < 40_000, `${article.length}`);
      assert.match(article, /43,\d{3} more fields/);
      assert.match(article, /4,\d{3} more values, 4,\d{3} of them different, not shown/);
      assert.match(article, /more characters in the JSON report/);
    });

    it('shows deep and long values', () => {
      let deep: Json = 'bottom';
      for (let level = 0; level < 50_000; level++) deep = [deep];
      const probe = reported('probes/key-types');
      const [, other] = probe.outcomes;
      const wide = Array.from({ length: 50_000 }, (_, index) => index);
      const hostile = { verdict: 'observed', observations: { deep, long: 'x'.repeat(1e6), wide } };
      const outcomes = [hostile as unknown as typeof other, other] as const;
      const page = toHtml(reportOf([{ ...probe, outcomes }]));
      assert.ok(page.length < 100_000, `${page.length}`);
      assert.ok(page.includes('(1000000 characters)'));
    });

    it('shows the pairs of reasons, a hundred at most', () => {
      const met = (text: string) => /<section id="reasons".*?<\/section>/s.exec(text)?.[0] ?? '';
      const shown = met(text);
      assert.match(shown, /ERR_TB_OS 0x80090308 SEC_E_INVALID_TOKEN/);
      assert.match(shown, /ERR_TB_MALFORMED/);
      const [one] = sample.reasons;
      assert.ok(one !== undefined);
      const many = met(toHtml({ ...sample, reasons: Array(101).fill(one) }));
      assert.equal(many.match(/<tr>/g)?.length, 101);
      assert.match(many, /1 more in the JSON report/);
      assert.match(met(toHtml({ ...sample, reasons: [] })), /No case was refused by both/);
    });

    it('shows the notes', () => {
      const note = 'a key may be left for https://<b>.invalid/';
      assert.ok(toHtml({ ...sample, notes: [note] }).includes('https://&lt;b&gt;.invalid/'));
    });

    it('states how many mutations it omits', () => {
      assert.doesNotMatch(text, /without a listing/);
      assert.match(toHtml(reportOf(sample.cases, 1234)), /1,234 more cases differ\./);
    });
  });
});
