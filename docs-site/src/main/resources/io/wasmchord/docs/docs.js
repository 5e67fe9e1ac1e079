const MOST = 12;

const input = document.querySelector('#search');
const list = document.querySelector('#found');
let sections;

const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

/** How well a section fits: a word in its title counts more than one in its text. Without one of the words it does not fit. */
function score({ page, title, text }, wanted) {
  const [above, below] = [`${page} ${title}`.toLowerCase(), text.toLowerCase()];
  let sum = 0;
  for (const word of wanted) {
    const found = (title.toLowerCase().includes(word) ? 6 : 0) + (above.includes(word) ? 2 : 0) + (below.includes(word) ? 1 : 0);
    if (found === 0) {
      return 0;
    }
    sum += found;
  }
  return sum;
}

function item({ page, title, url }) {
  const link = document.createElement('a');
  link.href = url;
  link.textContent = title;
  if (title !== page) {
    const where = document.createElement('small');
    where.textContent = page;
    link.append(where);
  }
  const row = document.createElement('li');
  row.append(link);
  return row;
}

function show(rows, text) {
  const none = document.createElement('li');
  none.textContent = 'Nothing found.';
  list.replaceChildren(...(rows.length > 0 ? rows : [none]));
  list.hidden = text.trim() === '';
}

input.addEventListener('input', async () => {
  sections ??= fetch('search.json').then((answer) => answer.json());
  const known = await sections;
  const wanted = words(input.value);
  const best = known
    .map((section) => ({ section, fit: score(section, wanted) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MOST);
  show(
    best.map(({ section }) => item(section)),
    input.value,
  );
});

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    list.hidden = true;
  } else if (event.key === '/' && !['INPUT', 'TEXTAREA'].includes(document.activeElement?.tagName)) {
    event.preventDefault();
    input.focus();
  }
});
