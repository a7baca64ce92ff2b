// Forms: a double click sends once, a reload loses nothing, photos are made smaller before they travel.
//   <form data-draft="report">   what is typed is kept on this device until the page after sending says data-draft-done="report"; "*" ends all of them
//   <input name="client_ref">    one per thing to send; kept with the draft, so a second try is the same request
//   <input type="file" data-photos data-max="5">   previews, downscaling to data-side pixels
//   <p data-way data-sending="…" data-photos="…" data-slow="…" data-again="…" data-after="12">   once on a page: what is said below the button while a form is on
//       its way, and once it took data-after seconds
const KEY = 'draft:';
const kept = (f) => f.elements && [...f.elements].filter((e) => e.name && !e.closest('[data-nodraft]') && !['password', 'file', 'submit', 'button'].includes(e.type));

function read(key) {
  try { return JSON.parse(localStorage.getItem(KEY + key)); } catch { return null; }
}

function write(key, value) {
  try { value ? localStorage.setItem(KEY + key, JSON.stringify(value)) : localStorage.removeItem(KEY + key); } catch { /* private mode: no drafts */ }
}

function save(form) {
  const fields = {};
  for (const e of kept(form)) {
    if (e.type === 'checkbox' || e.type === 'radio') {
      if (e.checked) (fields[e.name] ??= []).push(e.value);
    } else if (e.value) (fields[e.name] ??= []).push(e.value);
  }
  write(form.dataset.draft, { at: Date.now(), fields });
}

function restore(form) {
  const draft = read(form.dataset.draft);
  if (!draft || Date.now() - draft.at > 7 * 864e5) return write(form.dataset.draft, null);
  // What the server shows again after an error is newer than the draft.
  if (form.dataset.again !== undefined) return;
  const left = structuredClone(draft.fields);
  for (const e of kept(form)) {
    const values = left[e.name];
    if (e.type === 'checkbox' || e.type === 'radio') e.checked = values ? values.includes(e.value) : e.checked;
    else if (values?.length && (!e.value || e.type === 'hidden' || e.tagName === 'SELECT')) e.value = values.shift();
  }
  const typed = Object.entries(draft.fields).some(([name, v]) => name !== 'client_ref' && v.some((x) => x) && form.elements[name]?.type !== 'hidden');
  const note = form.querySelector('[data-draft-note]');
  if (note) note.hidden = !typed;
  form.dispatchEvent(new CustomEvent('mulin:restored', { bubbles: true }));
}

function forget(form) {
  write(form.dataset.draft, null);
  form.reset();
  renew(form);
  location.reload();
}

function renew(form) {
  const ref = form.elements.client_ref;
  if (ref && crypto.randomUUID) ref.value = crypto.randomUUID();
}

function end(key) {
  if (key !== '*') return write(key, null);
  try { Object.keys(localStorage).filter((k) => k.startsWith(KEY)).forEach((k) => localStorage.removeItem(k)); } catch { /* private mode: no drafts */ }
}

for (const done of document.querySelectorAll('[data-draft-done]')) end(done.dataset.draftDone);

// each does something with every such element, once: with those that are here, and with those a live refresh brings.
function each(selector, take) {
  const taken = new WeakSet();
  const look = () => document.querySelectorAll(selector).forEach((el) => { if (!taken.has(el)) { taken.add(el); take(el); } });
  look();
  document.addEventListener('mulin:live', look);
}

each('form[data-draft]', (form) => {
  restore(form);
  let timer;
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 250, form); });
  form.addEventListener('change', () => save(form));
  form.addEventListener('submit', () => { clearTimeout(timer); save(form); });
  form.querySelector('[data-draft-forget]')?.addEventListener('click', () => forget(form));
});

// On its way -------------------------------------------------------------

const way = document.querySelector('[data-way]');
const buttonOf = (form, e) => e.submitter ?? form.querySelector('button:not([type=button])');

function tell(button, words) {
  if (!way || !button) return;
  (button.closest('.line') ?? button).after(way);
  way.hidden = false;
  way.textContent = words;
}

function hold(button) {
  button?.setAttribute('aria-disabled', 'true');
  button?.classList.add('busy');
}

// Without an answer for long it may be sent again: client_ref makes that harmless.
function late(form, button) {
  const safe = form.elements.client_ref?.value;
  tell(button, way?.dataset[safe ? 'again' : 'slow']);
  if (!safe) return;
  delete form.dataset.sending;
  button?.removeAttribute('aria-disabled');
}

addEventListener('submit', (e) => {
  const form = e.target;
  if (form.method === 'dialog' || form.method === 'get') return;
  if (form.dataset.sending) { e.preventDefault(); return; }
  const button = buttonOf(form, e);
  if (form.dataset.photosBusy) { // it goes off by itself as soon as the photos are ready
    e.preventDefault();
    if (form.dataset.photosBusy !== 'send') form.addEventListener('mulin:photos', () => form.requestSubmit(e.submitter), { once: true });
    form.dataset.photosBusy = 'send';
    tell(button, way?.dataset.photos);
    return;
  }
  form.dataset.sending = '1';
  hold(button);
  tell(button, way?.dataset.sending);
  if (way) setTimeout(late, way.dataset.after * 1e3, form, button);
});

// Back from the page after sending: a form that was sent is a new one.
addEventListener('pageshow', (e) => {
  for (const form of document.querySelectorAll('form[data-sending]')) {
    delete form.dataset.sending;
    form.querySelectorAll('.busy').forEach((b) => { b.classList.remove('busy'); b.removeAttribute('aria-disabled'); });
    if (way) way.hidden = true;
    if (e.persisted && !read(form.dataset.draft)) { form.reset(); renew(form); }
  }
});

// Photos ---------------------------------------------------------------

const LONGEST = 15e3; // for making one photo smaller; then it goes as it is
const within = (ms, work, otherwise) => Promise.race([work, new Promise((done) => setTimeout(done, ms, otherwise))]);

async function smaller(file, side) {
  if (!/^image\/(jpeg|png|webp|heic|heif|bmp)$/.test(file.type) || file.size < 300e3) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, side / Math.max(image.width, image.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.82));
    return blob && blob.size < file.size ? new File([blob], 'photo.jpg', { type: 'image/jpeg' }) : file;
  } catch { return file; } // not decodable here: the server judges it
}

function put(input, files) {
  const data = new DataTransfer();
  files.forEach((f) => data.items.add(f));
  input.files = data.files;
}

function show(input, files) {
  const list = document.getElementById(input.dataset.photos);
  list.querySelectorAll('img').forEach((img) => URL.revokeObjectURL(img.src));
  list.replaceChildren(...files.map((file, i) => {
    const li = document.createElement('li');
    const img = new Image();
    img.src = URL.createObjectURL(file);
    img.alt = `${input.dataset.alt} ${i + 1}`;
    const remove = document.createElement('button');
    remove.type = 'button';
    remove.textContent = '×';
    remove.setAttribute('aria-label', `${input.dataset.remove} ${i + 1}`);
    remove.addEventListener('click', () => {
      files.splice(i, 1);
      put(input, files);
      show(input, files);
      input.focus();
    });
    li.append(img, remove);
    return li;
  }));
}

each('input[type=file][data-photos]', (input) => {
  if (typeof DataTransfer === 'undefined') return;
  let files = [];
  const take = async () => {
    const max = Number(input.dataset.max) || 5;
    input.form.dataset.photosBusy = '1';
    try {
      const added = [];
      for (const file of input.files) added.push(await within(LONGEST, smaller(file, Number(input.dataset.side) || 2048), file)); // one at a time: cheap phones have little memory
      files = [...files, ...added].slice(0, max);
      put(input, files);
      show(input, files);
    } finally {
      delete input.form.dataset.photosBusy;
      input.form.dispatchEvent(new Event('mulin:photos'));
    }
  };
  input.addEventListener('change', take);
  if (input.files.length) take(); // picked before this script was there
});

// A form that waited for signing in goes on by itself; its button is for those without scripts.
document.querySelector('form[data-resend]')?.requestSubmit();
