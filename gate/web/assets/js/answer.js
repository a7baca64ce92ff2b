// Answers are checked as they are written. A box <section data-answer-check="address" data-verb="answer" data-field="id of the text"> holds what the server says:
// a list of what the answer holds and of what to look at, each with a button that selects its place in the text. Nothing here keeps anybody from sending.
const CALM = 500;

function watch(box) {
  const field = document.getElementById(box.dataset.field);
  const report = box.querySelector('[data-answer-report]');
  const status = box.querySelector('[data-answer-status]');
  if (!field || !report) return;
  let timer, running, checked = null;

  async function check() {
    clearTimeout(timer);
    const text = field.value;
    if (text === checked) return;
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      const answer = await fetch(box.dataset.answerCheck, { method: 'POST', body: new URLSearchParams({ verb: box.dataset.verb, note: text }), signal });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page.querySelector('.answer-report');
      if (!fresh || signal.aborted) return;
      checked = text;
      report.replaceChildren(document.importNode(fresh, true));
      status.textContent = fresh.dataset.summary;
      box.dataset.answerReady = '';
    } catch (e) {
      if (e.name !== 'AbortError') status.textContent = box.dataset.failed;
    }
  }

  field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(check, CALM); });
  field.form?.addEventListener('mulin:restored', check);
  if (field.value && !report.querySelector('.answer-report')) check();
}

// A finding leads to its place in the text that the box around it names.
addEventListener('click', (e) => {
  const go = e.target.closest('[data-answer-go]');
  const field = go && document.getElementById(go.closest('[data-field]')?.dataset.field);
  if (!field) return;
  const [from, to] = go.dataset.answerGo.split(' ').map(Number);
  field.focus();
  field.setSelectionRange(from, to);
  show(field, from);
});

// show scrolls a text field to a place in it, as far as its lines tell.
function show(field, at) {
  const share = field.value.length ? at / field.value.length : 0;
  field.scrollTop = Math.max(0, share * field.scrollHeight - field.clientHeight / 2);
  field.scrollIntoView({ block: 'nearest' });
}

const taken = new WeakSet();
const look = () => document.querySelectorAll('[data-answer-check]').forEach((box) => { if (!taken.has(box)) { taken.add(box); watch(box); } });
look();
document.addEventListener('mulin:live', look);
