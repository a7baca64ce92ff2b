// Says while somebody types that personal data will be masked: <div data-betrays="ids of fields" hidden>. The server decides what is masked; this only warns.
const signs = [
  /(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}(?!\d)/,
  /(?<!\d)0\d{2,3}[ )）-]{0,2}[2-9]\d{6,7}(?!\d)/,
  /(?<!\d)\d{17}[\dXx](?!\d)/,
  /(?<!\d)(?:62|9558|95599)\d{14,17}(?!\d)/,
  /[\d一二三四五六七八九十]+单元.{0,6}(?:[\d一二三四五六七八九十零〇]{3,}|[东西中南北]户)|[\d一二三四五六七八九十零〇]{3,}室|\d+(?:号楼|栋|幢|#)-?\d{3,4}(?!\d|年|米|元|户)/,
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·•. -]?(?=[A-Za-z]*\d)[\dA-Za-z]{5,6}(?![\dA-Za-z])/,
  /[\w.+-]+@[\w-]+\.\w+/,
];
const plain = (s) => s.normalize('NFKC');
const tells = (s) => signs.some((r) => r.test(plain(s)));

function watch(note) {
  const fields = note.dataset.betrays.split(' ').map((id) => document.getElementById(id)).filter(Boolean);
  const look = () => { note.hidden = !fields.some((f) => tells(f.value)); };
  fields.forEach((f) => f.addEventListener('input', look));
  if (fields.some((f) => f.value)) look();
}

const taken = new WeakSet();
const all = () => document.querySelectorAll('[data-betrays]').forEach((n) => { if (!taken.has(n)) { taken.add(n); watch(n); } });
all();
document.addEventListener('mulin:live', all);
document.addEventListener('mulin:restored', () => document.querySelectorAll('[data-betrays]').forEach(watch));
