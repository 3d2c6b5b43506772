"""The style and the script of the html report. Both stand inside the page; nothing is loaded."""

STYLE = """
:root { color-scheme: light; --line: #c5ccd3; --soft: #f3f5f7; --ink: #1b2126; --link: #0b4f8a; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem 1.25rem 3rem; max-width: 84rem; background: #fff; color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
a { color: var(--link); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-bottom: 2px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1.05rem; margin: 1.25rem 0 .25rem; }
.verdict { border-left: .5rem solid; padding: .5rem 1rem; background: var(--soft); }
.verdict.sah { border-color: #1a6b3c; } .verdict.tidak { border-color: #9b1c1c; }
.verdict p { margin: .25rem 0; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; }
form { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: end; background: var(--soft);
  border: 1px solid var(--line); padding: .75rem 1rem; margin: .75rem 0; }
form[hidden] { display: none; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
legend, .field span { font-weight: 600; padding: 0; display: block; }
.field select, .field input { font: inherit; padding: .3rem .4rem; border: 1px solid #59636e;
  background: #fff; max-width: 100%; }
button { font: inherit; padding: .35rem .8rem; border: 1px solid #59636e; background: #fff; cursor: pointer; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible {
  outline: 3px solid #0b4f8a; outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
caption { text-align: left; padding: .25rem 0; }
th, td { border: 1px solid var(--line); padding: .4rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word; }
thead th { background: #e6ebf0; }
col.no { width: 3.2rem; } col.grade { width: 8.7rem; } col.code { width: 4.6rem; } col.value { width: 10.5%; }
col.place { width: 11.5%; } col.name { width: 15%; }
#temuan { table-layout: fixed; }
.cell, .number { white-space: nowrap; } .number { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
.level { font-weight: 700; white-space: nowrap; border-left: .35rem solid; }
.level.galat { border-left-color: #9b1c1c; color: #8a1515; }
.level.peringatan { border-left-color: #b45f06; color: #7a3f00; }
.level.info { border-left-color: #0b4f8a; color: #0b4f8a; }
.tag { font-weight: 700; border: 1px solid currentColor; padding: 0 .3rem; font-size: .85em;
  white-space: nowrap; }
.do { margin: .3rem 0 0; } .do b { font-weight: 600; }
details { margin: .3rem 0; } summary { cursor: pointer; }
.effects { margin: .25rem 0 0; padding-left: 1.25rem; }
.long { overflow-wrap: anywhere; hyphens: none; }
:target { outline: 3px solid #b45f06; outline-offset: -3px; }
section.trace > details { border: 1px solid var(--line); padding: .4rem .75rem; }
section.trace summary { font-weight: 600; }
.inputs { list-style: none; margin: 0; padding: 0; } .where { color: #47525d; white-space: nowrap; }
.wrong { font-weight: 700; color: #8a1515; }
.note { color: #47525d; font-size: .9rem; }
tr[hidden] { display: none; }
@media (max-width: 46rem) {
  body { padding: .5rem .75rem 2rem; }
  .field, .field select, .field input { width: 100%; } caption { display: block; }
  table.stack colgroup { display: none; }
  table.stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.stack, table.stack tbody, table.stack tr, table.stack td { display: block; width: 100%; }
  table.stack tr { border: 1px solid var(--line); margin-bottom: .75rem; }
  table.stack tr[hidden] { display: none; }
  table.stack td { border: 0; border-bottom: 1px solid var(--soft); }
  table.stack td:empty { display: none; }
  table.stack td::before { content: attr(data-name) ": "; font-weight: 600; }
  table.stack .number { text-align: left; white-space: normal; }
}
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  html { font-size: 8.5pt; } body { max-width: none; padding: 0; }
  form, nav, .screen { display: none; }
  h2, h3 { break-after: avoid; } tr, .effects li { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""

SCRIPT = """
(function () {
  'use strict';
  var form = document.getElementById('saringan');
  if (!form) { return; }
  var rows = Array.prototype.slice.call(document.querySelectorAll('#temuan tbody tr'));
  var counter = document.getElementById('jumlah-tampil');
  var boxes = Array.prototype.slice.call(form.querySelectorAll('input[name=level]'));
  function apply() {
    var levels = boxes.filter(function (b) { return b.checked; }).map(function (b) { return b.value; });
    var words = form.teks.value.toLowerCase().split(/\\s+/).filter(Boolean);
    var shown = 0;
    rows.forEach(function (row) {
      var data = row.dataset;
      var text = row.textContent.toLowerCase();
      var fits = levels.indexOf(data.level) >= 0 &&
        (!form.keluarga.value || data.family === form.keluarga.value) &&
        (!form.lembar.value || data.sheet === form.lembar.value) &&
        (!form.status || !form.status.value || data.status === form.status.value) &&
        words.every(function (word) { return text.indexOf(word) >= 0; });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    counter.textContent = shown + ' dari ' + rows.length + ' temuan tampil.';
  }
  function restore() {
    form.reset();
    apply();
  }
  function openTarget() {
    var id = decodeURIComponent(location.hash.slice(1));
    var target = id && document.getElementById(id);
    if (!target) { return; }
    if (target.hidden) { restore(); }
    var inner = target.matches('section.trace') && target.querySelector('details');
    for (var part = inner || target; part; part = part.parentElement) {
      if (part.tagName === 'DETAILS') { part.open = true; }
    }
    target.scrollIntoView();
  }
  form.addEventListener('input', apply);
  form.addEventListener('submit', function (event) { event.preventDefault(); });
  form.addEventListener('reset', function () { setTimeout(apply, 0); });
  document.getElementById('cetak').addEventListener('click', function () { window.print(); });
  document.getElementById('semua-jejak').addEventListener('click', function () {
    var all = document.querySelectorAll('section.trace > details');
    var open = Array.prototype.every.call(all, function (part) { return part.open; });
    Array.prototype.forEach.call(all, function (part) { part.open = !open; });
  });
  window.addEventListener('hashchange', openTarget);
  Array.prototype.forEach.call(document.querySelectorAll('.screen[hidden], #saringan'), function (part) {
    part.hidden = false;
  });
  apply();
  openTarget();
})();
"""
