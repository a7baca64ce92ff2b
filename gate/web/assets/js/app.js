// On every page: marks that scripts run, menus that close, dialogs that open, filters that send themselves.
document.documentElement.classList.add('js');

// Details used as menus close on Escape and on a click elsewhere.
const menus = () => document.querySelectorAll('details.menu[open]');
addEventListener('click', (e) => menus().forEach((m) => m.contains(e.target) || m.removeAttribute('open')));
addEventListener('keydown', (e) => {
  if (e.key !== 'Escape') return;
  menus().forEach((m) => { m.open = false; m.querySelector('summary').focus(); });
});

// <button data-open="id"> opens the <dialog id>; its close buttons are form method=dialog.
addEventListener('click', (e) => {
  const opener = e.target.closest('[data-open-dialog]');
  const dialog = opener && document.getElementById(opener.dataset.openDialog);
  if (!dialog?.showModal) return;
  e.preventDefault();
  dialog.showModal();
});

// A filter form marked data-auto is sent when a choice changes; its button stays for those without scripts.
addEventListener('change', (e) => {
  if (e.target.matches('form[data-auto] :is(select, [type=checkbox], [type=radio], [type=date])')) e.target.form.requestSubmit();
});

// Errors first: the summary takes the focus, so that screen readers begin there.
document.querySelector('.summary')?.focus();

for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => print());
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector('.label').textContent = button.dataset.done;
  });
}

// What comes by itself while somebody fills in a form must not take from under the finger what is about to be pressed: it waits while something is pressed, and the
// field where one types, or else the button that sends, stays where it is in the window. It stands here because it must be there before all that may ask for it:
//   form.dispatchEvent(new CustomEvent('mulin:fill', { bubbles: true, detail: change }))   change() puts something into the form
let pressed = false, soon, waiting = [];

function fill(form, change) {
  const typing = document.activeElement?.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=file])');
  const fixed = typing ? document.activeElement : form.querySelector('button.primary');
  const { top, bottom } = fixed?.getBoundingClientRect() ?? {};
  change();
  if (bottom > 0 && top < innerHeight) scrollBy({ top: fixed.getBoundingClientRect().top - top, behavior: 'instant' });
}

function free() {
  pressed = false;
  for (const [form, change] of waiting.splice(0)) fill(form, change);
}

addEventListener('pointerdown', () => { clearTimeout(soon); pressed = true; }, true);
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => { soon = setTimeout(free, 50); }, true); // the click comes after it
addEventListener('mulin:fill', (e) => { pressed ? waiting.push([e.target, e.detail]) : fill(e.target, e.detail); });
