// A draft for an answer: <section data-draft-box data-field="id of the text"> in a form, with a button that asks and a place for what comes. Taking the draft up
// changes places with what was typed, and once more puts it back. Nothing here sends the answer.
function offer(box) {
  const field = document.getElementById(box.dataset.field);
  const result = box.querySelector('[data-draft-result]');
  const status = box.querySelector('[data-draft-status]');
  const ask = box.querySelector('[data-draft-ask]');
  let running = false;

  async function propose() {
    if (running) return;
    running = true;
    ask.setAttribute('aria-disabled', 'true');
    status.textContent = box.dataset.busy;
    try {
      const answer = await fetch(ask.formAction, { method: 'POST', body: new URLSearchParams({ part: '1', at: box.dataset.at, note: field.value }) });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page.querySelector('[data-draft-text], .note');
      if (!fresh) throw new Error(answer.status);
      result.replaceChildren(document.importNode(fresh, true));
      status.textContent = answer.ok ? box.dataset.ready : box.dataset.failed;
    } catch {
      status.textContent = box.dataset.failed;
    }
    ask.removeAttribute('aria-disabled');
    running = false;
  }

  function swap() {
    const other = result.querySelector('textarea'), own = result.querySelector('[name=own]');
    [field.value, other.value] = [other.value, field.value];
    own.value = own.value ? '' : '1';
    for (const e of result.querySelectorAll('[data-when]')) e.hidden = (e.dataset.when === 'own') !== (own.value === '1');
    status.textContent = own.value ? box.dataset.used : box.dataset.undone;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  }

  box.addEventListener('click', (e) => {
    const go = e.target.closest('[data-answer-go]');
    if (e.target.closest('[data-draft-ask]')) { e.preventDefault(); propose(); }
    if (e.target.closest('[data-draft-use]')) { e.preventDefault(); swap(); }
    if (go) {
      const other = result.querySelector('textarea');
      other.focus();
      other.setSelectionRange(...go.dataset.answerGo.split(' ').map(Number));
    }
  });
}

const taken = new WeakSet();
const look = () => document.querySelectorAll('[data-draft-box]').forEach((box) => { if (!taken.has(box)) { taken.add(box); offer(box); } });
look();
document.addEventListener('mulin:live', look);
