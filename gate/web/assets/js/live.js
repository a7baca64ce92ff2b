// Live pages: <body data-live-topics="case/12 inbox/3"> and any number of <… id="x" data-live>.
// When one of the topics is published the page is fetched again and the marked parts are brought up to date; what is typed, chosen, open or focused stays.
const topics = [...new Set([...document.querySelectorAll('[data-topics]')].flatMap((e) => e.dataset.topics.split(' ')).filter(Boolean))];
const CALM = 250, SLOW = 60e3;
let wanted = false, running = false, timer;

function ask(after = CALM + Math.random() * CALM) { // spread out: a thousand screens don't ask in the same moment
  wanted = true;
  if (!document.hidden && !running) { clearTimeout(timer); timer = setTimeout(refresh, after); }
}

async function refresh() {
  if (!wanted || document.hidden) return;
  wanted = false;
  running = true;
  try {
    const answer = await fetch(location.href, { headers: { 'X-Live': '1' }, redirect: 'manual' });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const old of document.querySelectorAll('[data-live][id]')) {
      const fresh = page.getElementById(old.id);
      if (fresh) morph(old, fresh);
    }
    // Islands that only the fresh page has: a module that is here already isn't run again.
    for (const island of page.querySelectorAll('script[type=module][src]')) import(island.getAttribute('src'));
    document.dispatchEvent(new Event('mulin:live'));
  } catch { /* the next event or minute asks again */ } finally {
    running = false;
    if (wanted) ask();
  }
}

// busy: something in here belongs to the person at the screen just now.
function busy(el) {
  if (el.contains(document.activeElement) && document.activeElement.matches('input, textarea, select, [contenteditable]')) return true;
  if (el.matches('dialog[open], [data-keep]')) return true;
  if (el.matches('input, textarea')) return el.type === 'checkbox' || el.type === 'radio' ? el.checked !== el.defaultChecked : el.value !== el.defaultValue;
  return el.matches('select') && [...el.options].some((o) => o.selected !== o.defaultSelected);
}

const name = (n) => n.nodeType === 1 && (n.id || n.dataset?.key) || '';

function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== 1) { old.nodeValue = fresh.nodeValue; return; }
  if (busy(old) && !old.children.length || old.matches('dialog[open], [data-keep]')) return;
  attributes(old, fresh);
  if (old.tagName === 'TEXTAREA') { old.value = fresh.value; return; }
  children(old, fresh);
  if (old.matches('[data-key]')) {
    old.classList.add('changed');
    setTimeout(() => old.classList.remove('changed'), 2500);
  }
}

function attributes(old, fresh) {
  for (const { name: n, value } of [...fresh.attributes]) if (old.getAttribute(n) !== value) old.setAttribute(n, value);
  for (const { name: n } of [...old.attributes]) if (!fresh.hasAttribute(n) && n !== 'open' && n !== 'style') old.removeAttribute(n);
}

function children(old, fresh) {
  const named = new Map([...old.children].filter(name).map((c) => [name(c), c]));
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const key = name(next);
    let match = key ? named.get(key) : null;
    if (!match && at && !name(at) && at.nodeType === next.nodeType && at.nodeName === next.nodeName && !key) match = at;
    if (!match) {
      const added = document.importNode(next, true);
      if (key) added.classList.add('changed');
      old.insertBefore(added, at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else old.insertBefore(match, at);
    morph(match, next);
  }
  while (at) {
    const next = at.nextSibling;
    if (!(at.nodeType === 1 && holds(at))) at.remove();
    at = next;
  }
}

// holds: removing it would take away what someone is typing.
function holds(el) {
  return busy(el) || [...el.querySelectorAll('input, textarea, select, dialog[open]')].some(busy);
}

if (topics.length && typeof EventSource !== 'undefined') {
  let source;
  const open = () => {
    source?.close();
    source = new EventSource('/live?' + new URLSearchParams(topics.map((t) => ['topic', t])));
    for (const kind of ['message', 'change']) source.addEventListener(kind, () => ask());
    // What happened between the page's making and this moment would be missed: so it is looked at once more, at the first opening as at every other.
    source.onopen = () => { ask(); document.documentElement.dataset.liveState = 'on'; };
    source.onerror = () => { document.documentElement.dataset.liveState = 'off'; };
  };
  open();
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', (e) => { if (e.persisted) { open(); ask(); } });
  document.addEventListener('visibilitychange', () => { if (!document.hidden && wanted) ask(0); });
}
// Without events the page still moves: texts like "2 hours left" age.
if (document.querySelector('[data-live][id]')) setInterval(ask, SLOW);
