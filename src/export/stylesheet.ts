/**
 * How a page looks: a book's measure and rhythm, code and results apart from the prose.
 *
 * Colours are variables with a light and a dark value (contrast 4.5:1 at least for text); prose is
 * set at some 70 characters, while figures and code may be wider; paper gets black on white, no
 * navigation, and links with their address.
 */
export const stylesheet = `
:root{
  --paper:#fdfdfb;--ink:#1f2328;--soft:#59636e;--faint:#e4e4de;--accent:#0b5f8a;--accent-soft:#eaf3f8;
  --code:#f5f5f1;--code-edge:#dfdfd8;--result:#fdfdfb;--error:#a3140d;--error-soft:#fdf0ee;
  --task:#8a4b00;--task-soft:#fdf5e8;--picture:#fff;
  --serif:Charter,"Bitstream Charter","Iowan Old Style","Source Serif 4","Palatino Linotype",Palatino,"Noto Serif","Liberation Serif",Georgia,serif;
  --sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;
  --mono:ui-monospace,"SF Mono","Cascadia Code","JetBrains Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;
  color-scheme:light dark;
}
@media(prefers-color-scheme:dark){:root{
  --paper:#14171b;--ink:#dfe3e8;--soft:#9aa4af;--faint:#2d333b;--accent:#6cb8e6;--accent-soft:#16293a;
  --code:#1b2027;--code-edge:#2d333b;--result:#14171b;--error:#ff8f85;--error-soft:#2c1a1a;
  --task:#e0a458;--task-soft:#2a2216;--picture:#f4f4f2;
}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:1.5rem}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.62 var(--serif);text-rendering:optimizeLegibility}
a{color:var(--accent);text-decoration-thickness:.06em;text-underline-offset:.18em}
a:focus-visible,summary:focus-visible,pre:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;z-index:2}
.layout{max-width:47rem;margin:0 auto;padding:0 1.25rem 6rem}
.measure,.cell>p,.cell>ul,.cell>ol,.cell>blockquote,.cell>h1,.cell>h2,.cell>h3,.cell>h4{max-width:42rem}
header.chapter{padding:4.5rem 0 1.5rem;border-bottom:1px solid var(--faint);margin-bottom:2.25rem}
.eyebrow{font:600 .82rem/1.4 var(--sans);letter-spacing:.09em;text-transform:uppercase;color:var(--accent);margin:0 0 .6rem}
h1,h2,h3,h4{font-family:var(--sans);line-height:1.22;letter-spacing:-.012em;text-wrap:balance}
h1{font-size:2.35rem;font-weight:720;margin:0}
h2{font-size:1.55rem;font-weight:680;margin:3.2rem 0 .9rem}
h3{font-size:1.2rem;font-weight:660;margin:2.3rem 0 .7rem}
h4{font-size:1.02rem;margin:1.8rem 0 .5rem}
p{margin:0 0 1.1rem}
ul,ol{padding-left:1.5rem;margin:0 0 1.1rem}
li{margin:.3rem 0}
blockquote{margin:1.5rem 0;padding:.1rem 0 .1rem 1.2rem;border-left:3px solid var(--faint);color:var(--soft)}
hr{border:0;border-top:1px solid var(--faint);margin:2.5rem 0}
img{max-width:100%;height:auto}
aside.facts{font:.94rem/1.55 var(--sans);color:var(--soft);margin-top:1.4rem}
aside.facts h2{font-size:.82rem;letter-spacing:.06em;text-transform:uppercase;margin:1rem 0 .3rem;color:var(--soft)}
aside.facts ul{margin:0 0 .6rem}
nav.toc{font:.92rem/1.45 var(--sans);margin:0 0 2rem}
nav.toc summary,nav.toc h2{font-size:.82rem;font-weight:600;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);margin:0 0 .5rem}
nav.toc ol{list-style:none;padding:0;margin:0}
nav.toc li{margin:.34rem 0}
nav.toc li.sub{padding-left:1rem}
nav.toc a{color:var(--soft);text-decoration:none}
nav.toc a:hover{color:var(--accent);text-decoration:underline}
@media(min-width:76rem){
  .layout{display:grid;grid-template-columns:14rem minmax(0,47rem);column-gap:3.5rem;max-width:67rem}
  header.chapter,main,footer{grid-column:2}
  nav.toc{grid-column:1;grid-row:1/4;position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:5rem 0 2rem;margin:0}
}
.cell{margin:0 0 1.1rem}
.cell.code{margin:1.6rem 0 2rem}
code{font-family:var(--mono);font-size:.86em}
:not(pre)>code{background:var(--code);border:1px solid var(--code-edge);border-radius:4px;padding:.06em .3em;overflow-wrap:anywhere}
pre{font:.83rem/1.58 var(--mono);margin:0;padding:.85rem 1rem;overflow-x:auto;tab-size:2}
pre code{font-size:inherit}
pre.code{background:var(--code);border:1px solid var(--code-edge);border-radius:7px}
.cell.text pre.code{margin:0 0 1.2rem}
.outputs{margin:.55rem 0 0;padding-left:1rem;border-left:2px solid var(--accent-soft)}
.outputs>*+*{margin-top:.7rem}
.outputs pre{padding:.15rem 0;background:none;white-space:pre-wrap;overflow-wrap:anywhere;max-height:32rem;overflow-y:auto}
pre.stderr{color:var(--soft)}
.outputs pre.error{background:var(--error-soft);color:var(--error);padding:.7rem .9rem;border-radius:6px;border-left:3px solid var(--error)}
.omitted,.alt{font:.9rem/1.5 var(--sans);color:var(--soft);margin:0}
.rich{overflow-x:auto;font-size:1rem}
.rich img{background:var(--picture);border-radius:5px}
figure{margin:1.1rem 0 0}
figure.plotly .plot{width:100%;overflow-x:auto;position:relative}
figure.plotly .plot>img{display:block;width:100%;background:var(--picture);border-radius:5px}
${figureWords()}
figcaption{font:.92rem/1.5 var(--sans);color:var(--soft);margin-top:.5rem;max-width:42rem}
figcaption p{margin:0}
table{border-collapse:collapse;font:.92rem/1.45 var(--sans);font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding-bottom:.4rem}
th,td{padding:.35rem .8rem;border-bottom:1px solid var(--faint);text-align:left}
thead th{border-bottom:2px solid var(--faint);font-weight:640}
td[style*="right"],td.word{white-space:nowrap}
${headsOverNumbers()}
.rich caption{max-width:calc(100vw - 4rem)}
.scroll{overflow-x:auto;margin:0 0 1.2rem}
.task{background:var(--task-soft);border-left:3px solid var(--task);border-radius:0 7px 7px 0;padding:1rem 1.2rem .2rem}
.task.code{padding-bottom:1rem}
.role{font:600 .78rem/1.4 var(--sans);letter-spacing:.07em;text-transform:uppercase;color:var(--task);margin:0 0 .5rem}
.role+h2,.role+h3,.task>h2:first-child,.summary>h2:first-child{margin-top:0;font-size:1.3rem}
.summary{background:var(--accent-soft);border-radius:7px;padding:1rem 1.2rem .2rem}
.summary .role{color:var(--accent)}
details{margin:1.2rem 0}
details>summary{font:600 .95rem/1.5 var(--sans);color:var(--accent);cursor:pointer}
details[open]>summary{margin-bottom:.7rem}
details.solution,.solution>details{border:1px solid var(--code-edge);border-radius:7px;padding:.6rem 1rem}
.katex{font-size:1.08em}
.held{white-space:nowrap}
.katex-display{margin:1.2rem 0;padding:.2rem 0;overflow-x:auto;overflow-y:hidden}
div:has(>progress){font:.92rem/1.45 var(--sans);color:var(--soft)}
.chapters{display:flex;justify-content:space-between;gap:1rem;flex-wrap:wrap;font:.95rem/1.4 var(--sans);margin-top:4rem;padding-top:1.2rem;border-top:1px solid var(--faint)}
footer{font:.85rem/1.5 var(--sans);color:var(--soft);margin-top:3rem}
.ansi-bold{font-weight:700}.ansi-dim{opacity:.7}.ansi-italic{font-style:italic}.ansi-underline{text-decoration:underline}
${ansiColors()}
@media(max-width:40rem){
  body{font-size:1.06rem}h1{font-size:1.85rem}h2{font-size:1.35rem}header.chapter{padding-top:2.5rem}
  pre{font-size:.78rem}.outputs{padding-left:.7rem}progress{display:block}
  .katex-display>.katex{font-size:1em}
  ${listedRows()}
  .rich>table{width:max-content;max-width:none}.rich th{max-width:11rem;text-wrap:balance}.rich td:not(.word){max-width:12rem}
  .rich th,.rich td{padding:.35rem .5rem}
  .rich td:first-child{position:sticky;left:0;background:var(--result)}.rich td:first-child:not(.word){max-width:9rem}
}
@media print{
  :root{--paper:#fff;--ink:#000;--soft:#444;--faint:#ccc;--accent:#000;--accent-soft:#eee;--code:#f6f6f6;--code-edge:#ddd;--task:#444;--task-soft:#f6f6f6;--error:#900;--error-soft:#fff}
  body{font-size:10.5pt}.layout{display:block;max-width:none;padding:0}
  nav.toc,.skip,.chapters,.modebar-container{display:none!important}
  pre,figure,table,.katex-display{break-inside:avoid}h2,h3{break-after:avoid}
  pre,.outputs pre{white-space:pre-wrap;max-height:none}
  main a[href^="http"]::after{content:" (" attr(href) ")";font-size:.85em;color:#444}
}
`;

/**
 * Words in figures have the theme's one grey: on a dark page a lighter one is read with less effort,
 * and a label that lies on a plot is ink with the page's colour around it.
 */
function figureWords(): string {
  const grey = '[style*="rgb(118, 118, 118)"]';
  return (
    `@media(prefers-color-scheme:dark){.js-plotly-plot text${grey}{fill:var(--soft)!important}}` +
    `.textpoint text${grey},.annotation-text${grey}{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}` +
    `.js-plotly-plot .textpoint text${grey}{fill:var(--ink)!important}`
  );
}

/** On a telephone a row with a head of its own is that head, with its text below. */
function listedRows(): string {
  const table = '.rich>table:not(:has(thead)):has(th[scope="row"])';
  const row = `${table}>tbody>tr`;
  return (
    `${table},${table}>:is(caption,tbody){display:block;width:auto}` +
    `${row}{display:grid;grid-template-columns:1.5rem 1fr;padding:.5rem 0;border-bottom:1px solid var(--faint)}` +
    `${row}>:is(th,td){border:0;padding:0;max-width:none}${row}>td:last-child{grid-column:2}`
  );
}

/** The head of a column stands to the right where its numbers do. */
function headsOverNumbers(): string {
  const heads = Array.from({ length: 16 }, (_, i) => {
    const column = `:nth-child(${i + 1})`;
    return `table:has(>tbody>tr>td${column}[style*="right"])>thead th${column}`;
  });
  return `${heads.join(",")}{text-align:right}`;
}

/** Eight colours and their bright forms, dark enough for paper and light enough for the dark. */
function ansiColors(): string {
  const onLight = [
    "#24292f",
    "#b3261e",
    "#17692c",
    "#7a5200",
    "#0b57a5",
    "#87308c",
    "#0f6a73",
    "#57606a",
  ];
  const onDark = [
    "#9aa4af",
    "#ff8f85",
    "#7ad08a",
    "#e3b663",
    "#7cb7ff",
    "#dc9be0",
    "#6fd0d8",
    "#dfe3e8",
  ];
  const rules = (colors: readonly string[]) =>
    [...colors, ...colors]
      .map((color, i) => `.ansi-fg-${i}{color:${color}}.ansi-bg-${i}{background:${color}33}`)
      .join("");
  return `${rules(onLight)}@media(prefers-color-scheme:dark){${rules(onDark)}}`;
}
