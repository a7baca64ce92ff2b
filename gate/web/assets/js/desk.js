// Desk, board and case page: how far away each case is, a list sifted as one types, and the position taken when the window to report in opens.
const ask = document.querySelector('[data-distance-ask]');
let here = null;

function metres(a, b) {
  const r = Math.PI / 180;
  const h = Math.sin((b.lat - a.lat) * r / 2) ** 2 + Math.cos(a.lat * r) * Math.cos(b.lat * r) * Math.sin((b.lng - a.lng) * r / 2) ** 2;
  return 12742000 * Math.asin(Math.sqrt(h));
}

// The position stays on this device: only the page reckons with it.
function far() {
  if (!here || !ask) return;
  for (const row of document.querySelectorAll('[data-row][data-lat]')) {
    const place = row.querySelector('[data-far]');
    if (!place) continue;
    const m = metres(here, { lat: +row.dataset.lat, lng: +row.dataset.lng });
    place.textContent = m < 1000 ? ask.dataset.metres.replace('{0}', String(Math.round(m / 10) * 10)) : ask.dataset.kilometres.replace('{0}', (m / 1000).toFixed(1));
  }
}

function locate(loud) {
  navigator.geolocation?.getCurrentPosition(({ coords }) => {
    here = { lat: coords.latitude, lng: coords.longitude };
    ask.hidden = true;
    far();
  }, () => { if (loud) ask.querySelector('.label').textContent = ask.dataset.failed; }, { timeout: 10000, maximumAge: 60000 });
}

if (ask) {
  ask.addEventListener('click', () => locate(true));
  navigator.permissions?.query({ name: 'geolocation' }).then((p) => { if (p.state === 'granted') locate(false); }).catch(() => {});
  document.addEventListener('mulin:live', far);
}

// Sift: <input data-sift="id of a box of labels">. What is chosen stays in sight.
addEventListener('input', (e) => {
  const box = e.target.matches('[data-sift]') && document.getElementById(e.target.dataset.sift);
  if (!box) return;
  const words = e.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const label of box.children) {
    const text = label.textContent.toLowerCase();
    label.hidden = !words.every((w) => text.includes(w)) && !label.querySelector(':checked');
  }
});
addEventListener('keydown', (e) => { if (e.key === 'Enter' && e.target.matches('[data-sift]')) e.preventDefault(); });

// Whoever reports in stands on the spot now, not where the page was opened.
addEventListener('click', (e) => {
  const opener = e.target.closest('[data-open-dialog]');
  document.getElementById(opener?.dataset.openDialog)?.querySelector('[data-locate]')?.click();
});
