// Picks: <input list="x"> beside <datalist id="x" data-find="/stations/find?field=keeper">: what answers is offered while one types.
// With data-many a name that is chosen becomes a ticked box of its own, and the field is free for the next one.
for (const list of document.querySelectorAll('datalist[data-find]')) {
  const input = document.querySelector(`input[list="${list.id}"]`);
  if (!input) continue;
  let timer, asked;
  const offered = (text) => [...list.options].some((o) => o.value === text);
  const find = async () => {
    const text = input.value.trim();
    if (text === asked) return;
    asked = text;
    try {
      const answer = await fetch(`${list.dataset.find}&q=${encodeURIComponent(text)}`, { headers: { Accept: 'application/json' } });
      if (!answer.ok || input.value.trim() !== text) return;
      list.replaceChildren(...(await answer.json()).map((name) => Object.assign(document.createElement('option'), { value: name })));
    } catch { /* no network: the server finds it when the form is sent */ }
  };
  input.addEventListener('focus', find);
  input.addEventListener('input', () => {
    clearTimeout(timer);
    if (list.dataset.many !== undefined && offered(input.value)) return keep(input);
    if (input.form.dataset.auto !== undefined && offered(input.value)) return input.form.requestSubmit();
    timer = setTimeout(find, 200);
  });
}

function keep(input) {
  const label = document.createElement('label');
  label.className = 'check';
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', name: input.name, value: input.value, checked: true });
  const text = Object.assign(document.createElement('span'), { textContent: input.value });
  label.append(box, text);
  input.closest('.field').before(label);
  input.value = '';
}
