// What others have told already: <div id="same" data-same="/report/similar"> inside a form. While one types, text and place are sent there (by POST, so that
// no address holds them); what comes back is shown, and travels with the form as "seen". After "not the same", and once the form is sent, it is quiet.
const box = document.querySelector('[data-same]');
const WAIT = 700, LEAST = 4, LONGEST = 8e3;

function asked(form) {
  const q = new URLSearchParams();
  for (const name of ['text', 'lat', 'lng', 'place', 'area', 'draft']) {
    const field = form.elements[name];
    if (field?.value) q.set(name, field.value);
  }
  return q;
}

function watch(form) {
  let timer, last = '', going;
  const look = async () => {
    const q = asked(form);
    if (box.dataset.quiet || (q.get('text') ?? '').trim().length < LEAST || q.toString() === last) return;
    last = q.toString();
    going?.abort();
    const mine = going = new AbortController();
    setTimeout(() => mine.abort(), LONGEST);
    try {
      const answer = await fetch(box.dataset.same, { method: 'POST', body: q, signal: mine.signal });
      const page = new DOMParser().parseFromString(answer.ok && answer.status !== 204 ? await answer.text() : '', 'text/html');
      if (!answer.ok || box.dataset.quiet) return;
      form.dispatchEvent(new CustomEvent('mulin:fill', { bubbles: true, detail: () => box.replaceChildren(...document.adoptNode(page.body).childNodes) }));
    } catch { /* no network: the report is sent as it is */ }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(look, WAIT); };
  form.addEventListener('input', soon);
  form.addEventListener('change', soon);
  form.addEventListener('mulin:restored', soon);
  form.addEventListener('submit', () => { clearTimeout(timer); going?.abort(); });
  soon();
}

box?.addEventListener('click', (e) => {
  if (!e.target.closest('[data-same-no]')) return;
  box.dataset.quiet = '1';
  box.replaceChildren(...box.querySelectorAll('input[name=seen]'));
  box.closest('form').elements.text?.focus();
});
if (box) watch(box.closest('form'));
