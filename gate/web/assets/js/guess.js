// While somebody writes a report: classes to tap. <div id="guess" data-url data-question data-unsure data-because> inside the form, below its text;
// the choice goes into the form's field "class", a hidden one or the staff's list. Alt+1 to Alt+3 choose by keyboard; tapping again takes it back.
const box = document.getElementById('guess');
const form = box?.closest('form');
const text = form?.elements.text;
const field = () => form.elements.class;
const WAIT = 350, FEW = 4, LONGEST = 8e3;
let timer, asked = 0, going, buttons = [];

function make(tag, content, attributes = {}) {
  const el = document.createElement(tag);
  el.textContent = content;
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  return el;
}

function choose(id, name) {
  const list = field().options;
  if (list && ![...list].some((o) => o.value === id)) field().add(new Option(name, id)); // a class above those of the list
  field().value = field().value === id ? '' : id;
  mark();
  form.dispatchEvent(new Event('change', { bubbles: true })); // so that the draft keeps it
}

function mark() {
  for (const b of buttons) b.setAttribute('aria-pressed', String(b.dataset.id === field().value));
}

function chip(c, i, all) {
  const whole = c.above ? `${c.above} / ${c.name}` : c.name;
  const twice = all.some((o) => o !== c && o.name === c.name);
  const b = make('button', twice ? whole : c.name, { type: 'button', 'data-id': c.id, title: whole });
  if (c.percent) b.append(make('span', ` ${c.percent}%`, { class: 'small' }), ' ', make('kbd', `Alt+${i + 1}`, { 'aria-hidden': 'true' }));
  b.addEventListener('click', () => choose(c.id, b.title));
  return b;
}

function draw({ classes, chosen, unsure }) {
  if (chosen && !classes.some((c) => c.id === chosen.id)) classes = [chosen, ...classes];
  box.querySelectorAll(':scope > :not(input)').forEach((el) => el.remove());
  buttons = classes.map(chip);
  if (!buttons.length) return;
  const row = make('div', '', { class: 'guess-chips', role: 'group', 'aria-label': box.dataset.question });
  row.append(...buttons);
  box.append(make('p', unsure ? `${box.dataset.question} · ${box.dataset.unsure}` : box.dataset.question, { class: 'hint' }), row);
  const words = classes[0].words;
  if (words?.length) {
    const why = make('p', `${box.dataset.because} `, { class: 'hint line tight' });
    why.append(...words.map((w) => make('mark', w)));
    box.append(why);
  }
  mark();
}

async function ask() {
  const mine = ++asked;
  const words = text.value.trim();
  going?.abort();
  if ([...words].length < FEW) return draw({ classes: [] });
  const end = going = new AbortController();
  setTimeout(() => end.abort(), LONGEST);
  try {
    const answer = await fetch(box.dataset.url, { method: 'POST', body: new URLSearchParams({ text: words, class: field().value }), headers: { Accept: 'application/json' }, signal: end.signal });
    if (!answer.ok || mine !== asked) return;
    const found = await answer.json();
    const put = () => { if (mine === asked && !buttons.includes(document.activeElement)) draw(found); };
    form.dispatchEvent(new CustomEvent('mulin:fill', { bubbles: true, detail: put }));
  } catch { /* no network: nobody needs it */ }
}

if (text && field()) {
  text.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  form.addEventListener('mulin:restored', ask);
  form.addEventListener('submit', () => { clearTimeout(timer); going?.abort(); });
  if (field().tagName === 'SELECT') field().addEventListener('change', mark);
  addEventListener('keydown', (e) => {
    const b = e.altKey && buttons[Number(e.code?.replace('Digit', '')) - 1];
    if (b && field().tagName === 'SELECT') { e.preventDefault(); b.click(); }
  });
  if (text.value) ask();
}
