// Maps: <div data-map …> (see ui_map.templ). The base is the city's own polygons as GeoJSON, over optional tiles. Things on the map are the items of the
// list beside it (data-lat, data-lng, data-state, data-sign, data-size, id), so map and list can't differ. A pin may be bound to two hidden inputs of a form.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const empty = { type: 'FeatureCollection', features: [] };

function style(el) {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const sources = { areas: { type: 'geojson', data: el.dataset.areas || empty } };
  const layers = [{ id: 'ground', type: 'background', paint: { 'background-color': dark ? '#191c1f' : '#efeeea' } }];
  if (el.dataset.tiles) {
    sources.tiles = { type: 'raster', tiles: [el.dataset.tiles], tileSize: 256, attribution: el.dataset.credit || '' };
    layers.push({ id: 'tiles', type: 'raster', source: 'tiles', paint: { 'raster-opacity': dark ? 0.6 : 1 } });
  }
  layers.push(
    { id: 'areas', type: 'fill', source: 'areas', paint: { 'fill-color': dark ? '#24282c' : '#ffffff', 'fill-opacity': el.dataset.tiles ? 0.15 : 1 } },
    { id: 'borders', type: 'line', source: 'areas', paint: { 'line-color': dark ? '#59616a' : '#b3b1a9', 'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.7, 14, 1.6] } },
  );
  if (el.dataset.points) {
    sources.points = { type: 'geojson', data: el.dataset.points, cluster: false };
    layers.push({ id: 'points', type: 'circle', source: 'points', paint: {
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, 3, 15, 7], 'circle-stroke-width': 1, 'circle-stroke-color': '#fff',
      'circle-color': ['match', ['get', 'state'], 'ok', '#17693f', 'wait', '#1d549f', 'warn', '#8a6100', 'bad', '#a3211a', '#51575d'] } });
  }
  return { version: 8, sources, layers };
}

function bounds(geojson) {
  let [w, s, e, n] = [180, 90, -180, -90];
  const walk = (c) => typeof c[0] === 'number' ? ([w, s, e, n] = [Math.min(w, c[0]), Math.min(s, c[1]), Math.max(e, c[0]), Math.max(n, c[1])]) : c.forEach(walk);
  geojson.features.forEach((f) => f.geometry && walk(f.geometry.coordinates));
  return w > e ? null : [[w, s], [e, n]];
}

const SIGN = { ok: '✓', wait: '…', warn: '!', bad: '!', done: '–' };

function button(kind, text, label) {
  const b = document.createElement('button');
  b.type = 'button';
  b.className = `pin ${kind}`;
  b.setAttribute('aria-label', label);
  const outer = document.createElement('span');
  const inner = document.createElement('span');
  inner.textContent = text;
  outer.append(inner);
  b.append(outer);
  return b;
}

// group puts items that would overlap on the screen into one pin with their number; it stands where the first of them is, so that pins keep apart.
function group(map, items) {
  const groups = [];
  for (const item of items) {
    const p = map.project([item.lng, item.lat]);
    const near = groups.find((g) => Math.hypot(g.x - p.x, g.y - p.y) < (map.getZoom() < 17 ? 44 : 4)); // at the same spot they never come apart
    near ? near.items.push(item) : groups.push({ x: p.x, y: p.y, items: [item] });
  }
  return groups.map((g) => g.items);
}

function pins(lib, map, el) {
  const list = document.getElementById(el.dataset.list);
  if (!list) return;
  let markers = [];
  const items = () => [...list.querySelectorAll('[data-lat]')].map((li) => ({ el: li, lat: +li.dataset.lat, lng: +li.dataset.lng, state: li.dataset.state || 'done', sign: li.dataset.sign, size: li.dataset.size, label: li.dataset.label || li.textContent.trim().slice(0, 60) }));
  const mark = (li, on) => {
    if (!on && li.contains(document.activeElement)) return; // the row the keyboard is on stays marked when the mouse leaves it
    li.classList.toggle('current', on);
    markers.find((m) => m.items.some((i) => i.el === li))?.el.classList.toggle('current', on);
  };
  const draw = () => {
    markers.forEach((m) => m.marker.remove());
    markers = group(map, items()).map((some) => {
      const one = some.length === 1 && some[0];
      const b = one ? button(one.state, one.sign ?? SIGN[one.state] ?? '', one.label) : button('many', String(some.length), el.dataset.many.replace('{0}', some.length));
      if (one?.size) b.dataset.size = one.size;
      b.addEventListener('click', (e) => {
        e.stopPropagation();
        const link = some[0].el.querySelector('a');
        if (!one && map.getZoom() < 17) return map.easeTo({ center: [some[0].lng, some[0].lat], zoom: map.getZoom() + 2 });
        if (one && link && el.dataset.opens !== undefined) return link.click();
        list.querySelectorAll('.current').forEach((o) => o.classList.remove('current'));
        some.forEach((i) => mark(i.el, true));
        some[0].el.scrollIntoView({ block: 'nearest' });
        link?.focus({ preventScroll: true });
      });
      return { el: b, items: some, marker: new lib.Marker({ element: b }).setLngLat([some[0].lng, some[0].lat]).addTo(map) };
    });
  };
  for (const [event, on] of [['mouseover', true], ['focusin', true], ['mouseout', false], ['focusout', false]]) {
    list.addEventListener(event, (e) => { const li = e.target.closest('[data-lat]'); if (li) mark(li, on); });
  }
  map.on('zoomend', draw);
  document.addEventListener('mulin:live', draw);
  draw();
}

const DROP = '<svg viewBox="0 0 40 48" aria-hidden="true"><path fill="currentColor" stroke="#fff" stroke-width="2" d="M20 2a16 16 0 0 0-16 16c0 11 16 28 16 28s16-17 16-28A16 16 0 0 0 20 2z"/><circle cx="20" cy="18" r="6" fill="#fff"/></svg>';

// place binds a pin that people move to the form's two hidden inputs.
function place(lib, map, el) {
  const form = el.closest('form');
  const lat = form?.elements[el.dataset.pinLat];
  const lng = form?.elements[el.dataset.pinLng];
  if (!lat || !lng) return;
  const b = document.createElement('div');
  b.className = 'pin place';
  b.append(new DOMParser().parseFromString(DROP.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"'), 'image/svg+xml').documentElement);
  const marker = new lib.Marker({ element: b, draggable: true, anchor: 'bottom' });
  let shown = false;
  const put = (at, told) => {
    marker.setLngLat(at);
    if (!shown) { marker.addTo(map); shown = true; }
    if (told) return;
    lat.value = at.lat.toFixed(6);
    lng.value = at.lng.toFixed(6);
    form.dispatchEvent(new CustomEvent('mulin:pin', { detail: { lat: at.lat, lng: at.lng } }));
    form.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const follow = () => {
    if (!lat.value || !lng.value) return;
    put({ lat: +lat.value, lng: +lng.value }, true);
    map.jumpTo({ center: [+lng.value, +lat.value], zoom: Math.max(map.getZoom(), 15) });
  };
  marker.on('dragend', () => put(marker.getLngLat()));
  map.on('click', (e) => put(e.lngLat));
  form.addEventListener('mulin:located', follow);
  form.addEventListener('mulin:restored', follow);
  // By keyboard: move the map with the arrows, then put the pin into its middle.
  document.getElementById(el.dataset.pinHere)?.addEventListener('click', () => put(map.getCenter()));
  follow();
}

async function start(el) {
  const box = el.querySelector('.canvas');
  try {
    if (!document.querySelector('link[data-map-css]')) {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: el.dataset.css });
      link.dataset.mapCss = '';
      document.head.append(link);
    }
    const lib = await import(el.dataset.lib);
    lib.setWorkerUrl(el.dataset.worker);
    const map = new lib.Map({ container: box, style: style(el), center: [+el.dataset.lng || 105, +el.dataset.lat || 35], zoom: +el.dataset.zoom || 3, attributionControl: false, cooperativeGestures: el.dataset.cooperative !== undefined, dragRotate: false, pitchWithRotate: false, locale: JSON.parse(el.dataset.locale || '{}') });
    map.touchZoomRotate.disableRotation();
    if (el.dataset.tiles && el.dataset.credit) map.addControl(new lib.AttributionControl({ compact: true }));
    map.addControl(new lib.NavigationControl({ showCompass: false }), 'bottom-right');
    map.getCanvas().setAttribute('aria-label', el.dataset.name || '');
    await new Promise((done) => map.once('load', done));
    if (!el.dataset.zoom && el.dataset.areas) {
      const data = await map.getSource('areas').getData();
      const all = bounds(data);
      if (all) map.fitBounds(all, { padding: 20, animate: false });
    }
    place(lib, map, el);
    pins(lib, map, el);
    el.dataset.ready = '1';
  } catch (err) {
    console.warn('map', err);
    box.replaceChildren();
    el.classList.add('failed');
  }
}

// The library is big: it is fetched when a map comes into view.
const seen = new IntersectionObserver((entries) => entries.forEach((e) => {
  if (!e.isIntersecting) return;
  seen.unobserve(e.target);
  start(e.target);
}), { rootMargin: '200px' });
document.querySelectorAll('[data-map]').forEach((el) => seen.observe(el));
