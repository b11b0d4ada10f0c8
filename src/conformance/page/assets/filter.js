// The filter of the report. Without it the page is complete.
const form = document.querySelector('#filter');
const text = form.elements.namedItem('text');
const kinds = [...form.querySelectorAll('[name=kind]')];
const count = form.querySelector('output');
const noMatch = document.querySelector('[data-no-match]');
const sections = [...document.querySelectorAll('#differences, #deviations')];
const groups = [...document.querySelectorAll('.group')];
const cases = [...document.querySelectorAll('#cases tr[data-kind]')].map((row) => ({
  text: row.dataset.text,
  kind: row.dataset.kind,
  elements: [row, document.getElementById(row.dataset.article)].filter((element) => element),
}));

function apply() {
  const wanted = text.value.trim().toLowerCase();
  const wantedKinds = chosenKinds();
  const isNarrowed = wanted !== '' || wantedKinds.length < kinds.length;
  let shown = 0;
  for (const { text, kind, elements } of cases) {
    const matches = wantedKinds.includes(kind) && text.includes(wanted);
    if (matches) shown++;
    for (const element of elements) element.hidden = !matches;
  }
  for (const group of groups) {
    group.hidden = !group.querySelector('[data-kind]:not([hidden])');
    if (isNarrowed) group.open = true;
  }
  for (const section of sections) {
    const articles = [...section.querySelectorAll('article')];
    const allHidden = articles.length > 0 && articles.every(({ hidden }) => hidden);
    section.querySelector('[data-all-hidden]').hidden = !allHidden;
  }
  noMatch.hidden = shown > 0 || cases.length === 0;
  count.value = `${shown} of ${cases.length} listed cases shown`;
}

function chosenKinds() {
  return kinds.filter(({ checked }) => checked).map(({ value }) => value);
}

/** The filter in the address: `#text=trailing&kind=differ,agree`. An anchor of the page has no `=`. */
function writeHash() {
  const hash = new URLSearchParams();
  const wanted = text.value.trim();
  const chosen = chosenKinds();
  if (wanted !== '') hash.set('text', wanted);
  if (chosen.length < kinds.length) hash.set('kind', chosen.join(','));
  history.replaceState(null, '', `#${hash}`);
}

function readHash() {
  const hash = location.hash.slice(1);
  if (hash !== '' && !hash.includes('=')) return unfold(document.getElementById(hash));
  const wanted = new URLSearchParams(hash);
  const chosen = wanted.get('kind')?.split(',');
  text.value = wanted.get('text') ?? '';
  for (const kind of kinds) kind.checked = chosen?.includes(kind.value) ?? true;
  apply();
}

/** Opens the target of a link. */
function unfold(target) {
  const details = target?.matches('details') ? target : target?.querySelector(':scope > details');
  if (details) details.open = true;
}

function change() {
  apply();
  writeHash();
}

form.addEventListener('input', change);
form.addEventListener('submit', (event) => event.preventDefault());
// The event precedes the reset of the fields.
form.addEventListener('reset', () => setTimeout(change));
addEventListener('hashchange', readHash);
// The form sticks to the top, and its height depends on its content.
new ResizeObserver(() => {
  document.documentElement.style.setProperty('--bar', `${form.offsetHeight}px`);
}).observe(form);
form.hidden = false;
apply();
readHash();
