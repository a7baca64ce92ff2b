// What the harness asks of a page. Runs without touching the page: nothing is defined outside this function.
(task, arg) => {
  const flat = s => (s || '').replace(/\s+/g, ' ').trim()
  const shown = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && e.getClientRects().length > 0
  const label = e => flat(e.matches('input') ? e.value : e.innerText) || flat(e.getAttribute('aria-label')) || flat(e.title)
  const pressable = 'a, button, summary, label, option, input[type=submit], input[type=button], input[type=reset], [role=button], ' +
    '[role=link], [role=tab], [role=menuitem], [role=option], [role=switch], [role=checkbox], [role=radio], [tabindex], [onclick]'

  // The things the text may mean: those that say exactly it, before those that contain it; inner before outer.
  const named = text => {
    const all = [...document.querySelectorAll(pressable)].filter(shown).map(e => [e, label(e)])
    const found = all.filter(([, s]) => s === text)
    const some = found.length ? found : all.filter(([, s]) => s.includes(text))
    return some.map(([e]) => e).filter((e, _, list) => !list.some(o => o !== e && e.contains(o)))
  }

  // Where to press the element, or why that can't be done yet.
  const spot = (e, what) => {
    if (!e) return {why: 'nothing visible is ' + what}
    if (e.disabled || e.getAttribute('aria-disabled') === 'true') return {why: what + ' is disabled'}
    e.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'})
    const box = [...e.getClientRects()].find(r => r.width > 0 && r.height > 0)
    if (!box) return {why: what + ' has no size'}
    const x = box.x + box.width / 2, y = box.y + box.height / 2
    const top = document.elementFromPoint(x, y)
    const same = top && (e.contains(top) || top.contains(e) && top.matches('label, a, button') || [...(e.labels || [])].some(l => l.contains(top)))
    if (!same) return {why: what + ' is covered by ' + (top ? top.outerHTML.slice(0, 200) : 'nothing, outside the window')}
    const v = window.visualViewport
    return {ok: true, x: (x - v.offsetLeft) * v.scale, y: (y - v.offsetTop) * v.scale}
  }

  const first = sel => [...document.querySelectorAll(sel)].find(shown)

  // Sets what can't be typed: lists, dates, sliders. Returns false for what is typed.
  const set = (e, value) => {
    const typed = e.matches('textarea, [contenteditable]') || e.matches('input') && !['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range'].includes(e.type)
    if (typed) {
      e.focus()
      if (e.select) e.select()
      else getSelection().selectAllChildren(e)
      return false
    }
    if (e.matches('select')) {
      const o = [...e.options].find(o => o.value === value) || [...e.options].find(o => flat(o.label) === value)
      if (!o) throw new Error('no option ' + value + ' among ' + [...e.options].map(o => flat(o.label)).join(', '))
      value = o.value
    }
    e.focus()
    e.value = value
    e.dispatchEvent(new Event('input', {bubbles: true}))
    e.dispatchEvent(new Event('change', {bubbles: true}))
    return true
  }

  switch (task) {
    case 'spot': return spot(first(arg), arg)
    case 'named': return spot(named(flat(arg))[0], 'called ' + JSON.stringify(arg))
    case 'see': return {ok: !!document.body && flat(document.body.innerText).includes(flat(arg))}
    case 'gone': return {ok: document.readyState !== 'loading' && !!document.body && !flat(document.body.innerText).includes(flat(arg))}
    case 'shown': return {ok: !!first(arg)}
    case 'text': { const e = first(arg); return {ok: !!e, text: e ? e.innerText.trim() : ''} }
    case 'value': { const e = document.querySelector(arg); return {ok: !!e, text: e ? String(e.value ?? '') : ''} }
    case 'attr': { const e = document.querySelector(arg[0]); return {ok: !!e, text: e ? e.getAttribute(arg[1]) || '' : ''} }
    case 'count': return {ok: true, count: [...document.querySelectorAll(arg)].filter(shown).length}
    case 'fill': {
      const e = first(arg[0])
      if (!e || e.disabled || e.readOnly) return {why: (e ? 'cannot be changed: ' : 'nothing visible is ') + arg[0]}
      return {ok: true, done: set(e, arg[1])}
    }
  }
}
