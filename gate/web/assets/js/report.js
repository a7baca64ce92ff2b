// Where am I: <button data-locate data-guess="/report/where" data-lat="lat" data-lng="lng" data-name="place"> inside a form.
// The position goes into the hidden fields, to the map, and by POST (so that no URL holds it) to data-guess, which answers {"place":"…","name":"…"},
// or {"said":"…"}: a sentence to show instead.
const LONGEST = 8e3; // for what is asked of the server beside the form
const fill = (form, change) => form.dispatchEvent(new CustomEvent('mulin:fill', { bubbles: true, detail: change }));

// until is when a question to the server ends: when the form is sent, which needs its line, or after a while.
function until(form) {
  const end = new AbortController();
  form.addEventListener('submit', () => end.abort(), { once: true });
  setTimeout(() => end.abort(), LONGEST);
  return end.signal;
}

function say(form, text) {
  const status = form.querySelector('[data-locate-status]');
  if (status) fill(form, () => { status.textContent = text; });
}

function locate(button) {
  const form = button.form;
  if (!navigator.geolocation) return say(form, button.dataset.failed);
  say(form, button.dataset.finding);
  button.classList.add('busy');
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    button.classList.remove('busy');
    say(form, button.dataset.found.replace('{0}', Math.round(coords.accuracy)));
    set(form, button, coords.latitude, coords.longitude);
    form.dispatchEvent(new CustomEvent('mulin:located', { detail: { lat: coords.latitude, lng: coords.longitude } }));
  }, () => {
    button.classList.remove('busy');
    say(form, button.dataset.failed);
  }, { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 });
}

function set(form, button, lat, lng) {
  form.elements[button.dataset.lat].value = lat.toFixed(6);
  form.elements[button.dataset.lng].value = lng.toFixed(6);
  form.dispatchEvent(new Event('change', { bubbles: true }));
  guess(form, button, lat, lng);
}

async function guess(form, button, lat, lng) {
  const field = form.elements[button.dataset.name];
  if (!button.dataset.guess || !field) return;
  try {
    const answer = await fetch(button.dataset.guess, { method: 'POST', body: new URLSearchParams({ lat: lat.toFixed(6), lng: lng.toFixed(6) }), headers: { Accept: 'application/json' }, signal: until(form) });
    if (!answer.ok) return;
    const { name, place, said } = await answer.json();
    if (said) say(form, said);
    if (form.elements[button.dataset.place]) form.elements[button.dataset.place].value = place ?? '';
    const typed = field.value && field.value !== field.dataset.guessed;
    if (!typed && name) { field.value = name; field.dataset.guessed = name; }
    form.dispatchEvent(new Event('change', { bubbles: true }));
  } catch { /* no network: the resident writes where it is */ }
}

const taken = new WeakSet();
function take(button) {
  if (taken.has(button)) return;
  taken.add(button);
  button.addEventListener('click', () => locate(button));
  // A pin moved by hand asks again what place that is.
  button.form.addEventListener('mulin:pin', (e) => guess(button.form, button, e.detail.lat, e.detail.lng));
  // Someone who allowed it before gets the place without asking again.
  navigator.permissions?.query({ name: 'geolocation' }).then((p) => {
    const { [button.dataset.lat]: lat, [button.dataset.place]: place } = button.form.elements;
    if (p.state === 'granted' && button.dataset.auto !== undefined && !lat.value && !place?.value) locate(button);
  }).catch(() => {});
}

// Those that are here, and those a live refresh brings.
const look = () => document.querySelectorAll('[data-locate]').forEach(take);
look();
document.addEventListener('mulin:live', look);

// What the words name: <label data-named="/report/named" hidden> with a checkbox. It is asked for when typing pauses and nobody has said where it is;
// the answer is {"id":"…","said":"…"} or {}. One tap takes it.
const named = document.querySelector('[data-named]');
if (named) {
  const form = named.closest('form'), box = named.querySelector('input'), words = named.querySelector('[data-named-words]');
  let timer = 0, asked = '';
  const known = () => form.elements.lat?.value || form.elements.place?.value || form.elements.area?.value;
  const show = (id, said) => {
    fill(form, () => { named.hidden = !id; });
    if (box.value !== id) box.checked = false;
    box.value = id;
    if (said) words.textContent = said;
  };
  const ask = async () => {
    if (known()) return show('', '');
    const body = new URLSearchParams({ text: form.elements.text.value, address: form.elements.address.value });
    if (String(body) === asked) return;
    asked = String(body);
    try {
      const answer = await fetch(named.dataset.named, { method: 'POST', body, headers: { Accept: 'application/json' }, signal: until(form) });
      if (!answer.ok) return;
      const { id, said } = await answer.json();
      if (String(body) === asked) show(id ?? '', said);
    } catch { asked = ''; /* no network: where it is can still be written */ }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 500); };
  form.addEventListener('input', (e) => { if (e.target !== box) later(); });
  form.addEventListener('change', (e) => { if (e.target !== box) later(); });
}
