// Keyboard-first lists. <… data-keys> holds elements with data-row; each row has one link a[data-main].
// j and k move, o or Enter opens, ? shows the help (<dialog id="keys-help">); any element with data-key-press="d" is clicked by that key:
// one inside the current row first, else one outside of all rows. A switch in the help turns single keys off (WCAG 2.1.4).
const OFF = 'keys:off';
const list = document.querySelector('[data-keys]');
const help = document.getElementById('keys-help');
const rows = () => [...document.querySelectorAll('[data-keys] [data-row]')];
const off = () => { try { return localStorage.getItem(OFF) === '1'; } catch { return false; } };
let current = null;

function main(row) { return row.querySelector('a[data-main]') ?? row.querySelector('a'); }

function go(step) {
  const all = rows();
  if (!all.length) return;
  const i = all.indexOf(current);
  select(all[i < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, i + step))]);
}

function select(row) {
  current?.classList.remove('current');
  current = row;
  row.classList.add('current');
  main(row)?.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}

function press(key) {
  const inRow = current?.isConnected && current.querySelector(`[data-key-press="${CSS.escape(key)}"]`);
  const target = inRow || [...document.querySelectorAll(`[data-key-press="${CSS.escape(key)}"]`)].find((e) => !e.closest('[data-row]') && e.checkVisibility?.() !== false);
  if (!target) return false;
  if (target.matches('input:not([type=checkbox], [type=radio], [type=submit]), textarea, select')) target.focus();
  else target.click();
  return true;
}

addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented) return;
  if (e.target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]')) {
    if (e.key === 'Escape') e.target.blur();
    return;
  }
  if (document.querySelector('dialog[open]') && e.key !== '?') return;
  if (e.key === '?' && help) { help.open ? help.close() : help.showModal(); e.preventDefault(); return; }
  if (off()) return;
  if (list && e.key === 'j') go(1);
  else if (list && e.key === 'k') go(-1);
  else if (e.key === 'o' && current?.isConnected) main(current)?.click();
  else if (!press(e.key)) return;
  e.preventDefault();
});

// Following with the mouse or Tab keeps the same current row.
list?.addEventListener('focusin', (e) => {
  const row = e.target.closest('[data-row]');
  if (!row) return;
  if (row !== current) current?.classList.remove('current');
  current = row;
  row.classList.add('current'); // also when the focus comes back, as from a window that closed
});

const toggle = help?.querySelector('[data-keys-toggle]');
if (toggle) {
  toggle.checked = !off();
  toggle.addEventListener('change', () => { try { localStorage.setItem(OFF, toggle.checked ? '0' : '1'); } catch { /* stays for this page */ } });
}
