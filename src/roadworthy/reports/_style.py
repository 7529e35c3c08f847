"""The one style sheet of the HTML rendering: light and dark, wide and narrow, screen and paper, no script."""

from typing import Final

STYLE: Final = """
:root {
  color-scheme: light dark;
  --page: #f7f6f3; --card: #ffffff; --ink: #1d1f23; --soft: #5a5f68; --line: #dcd9d2; --code: #f1efe9; --link: #1d4f91;
  --critical: #8f0d22; --high: #b93815; --medium: #8a5a00; --low: #22588f; --info: #5a5f68;
  --pass: #2f7d4f; --fail: #b3261e; --unknown: #8d650a; --error: #7a4a9e; --none: #b9b5ab;
  --k0: #2f6fab; --k1: #2a8c82; --k2: #8559a8; --k3: #b4752a; --k4: #5d8a34; --k5: #ad4f78; --k6: #7a6f5d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #141619; --card: #1d2024; --ink: #e9e8e4; --soft: #a5a9b1; --line: #34383f; --code: #272b31; --link: #8fbcf0;
    --critical: #b3142f; --high: #c1431c; --medium: #946200; --low: #2c6cae; --info: #626873;
    --pass: #2f8350; --fail: #cf4237; --unknown: #8f6a10; --error: #9159bd; --none: #555a62;
    --k0: #4a8bca; --k1: #38a597; --k2: #a077c6; --k3: #c98a3d; --k4: #76a748; --k5: #c66690; --k6: #a3957c;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink); background: var(--page); }
body { margin: 0; padding: 2.5rem 1.25rem 4rem; }
main { max-width: 58rem; margin: 0 auto; overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 3rem 0 1rem; padding-bottom: .4rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; line-height: 1.4; margin: 1.75rem 0 .5rem; }
p { margin: 0 0 .75rem; max-width: 46rem; text-wrap: pretty; }
header > p { font-size: 1.05rem; }
a { color: var(--link); }
nav { margin: 1.5rem 0 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; list-style: none; padding: 0; margin: 0; font-size: .92rem; }
code, pre { font-family: ui-monospace, "Cascadia Code", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .86em; }
code { background: var(--code); border-radius: .25rem; padding: .1em .35em; }
pre { background: var(--code); border-radius: .4rem; padding: .75rem 1rem; margin: 0 0 .75rem; overflow-x: auto; }
pre code { background: none; padding: 0; font-size: 1em; }
figure { margin: 1.5rem 0; }
figcaption { font-size: .85rem; color: var(--soft); margin-bottom: .4rem; }
svg.bars { display: block; width: 100%; height: 2.1rem; border-radius: .4rem; background: var(--none); }
svg.bars rect { stroke: var(--page); stroke-width: 1px; vector-effect: non-scaling-stroke; }
ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; padding: 0; margin: .6rem 0 0; font-size: .9rem; }
ul.legend .amount { color: var(--soft); }
svg.swatch { width: .8rem; height: .8rem; border-radius: .2rem; vertical-align: -.05rem; margin-right: .45rem; }
svg.treemap { display: block; width: 100%; height: 26rem; border-radius: .4rem; background: var(--card); }
svg.treemap rect { fill-opacity: .28; stroke: var(--page); stroke-width: 2px; }
svg.treemap text { fill: var(--ink); font-size: .78rem; }
details { margin: .75rem 0; }
summary { color: var(--link); cursor: pointer; font-size: .92rem; margin-bottom: .5rem; }
.k0 { fill: var(--k0); } .k1 { fill: var(--k1); } .k2 { fill: var(--k2); }
.k3 { fill: var(--k3); } .k4 { fill: var(--k4); } .k5 { fill: var(--k5); } .k6 { fill: var(--k6); } .k-none { fill: var(--none); }
.o-pass { fill: var(--pass); } .o-fail { fill: var(--fail); } .o-unknown { fill: var(--unknown); }
.o-error { fill: var(--error); } .o-not_applicable { fill: var(--line); }
article {
  background: var(--card); border: 1px solid var(--line); border-left: .35rem solid var(--tone); border-radius: .5rem;
  padding: 1rem 1.25rem; margin: 0 0 1rem; --tone: var(--info);
}
article.pass { --tone: var(--pass); } article.unknown { --tone: var(--unknown); } article.error { --tone: var(--error); }
article.critical { --tone: var(--critical); } article.high { --tone: var(--high); }
article.medium { --tone: var(--medium); } article.low { --tone: var(--low); }
article.brief { padding: .65rem 1.25rem; margin-bottom: .5rem; }
article h3 { margin: .35rem 0 .4rem; font-size: 1.08rem; }
article > :last-child { margin-bottom: 0; }
.tags { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; margin: 0; font-size: .8rem; max-width: none; }
.badge {
  background: var(--tone); color: #fff; font-weight: 650; letter-spacing: .04em; text-transform: uppercase;
  border-radius: .25rem; padding: .1rem .5rem; font-size: .72rem;
}
.tags code { background: none; padding: 0; color: var(--soft); font-size: .95em; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .35rem 1.25rem; margin: .75rem 0; }
dt { color: var(--soft); font-size: .92rem; }
dd { margin: 0; }
dl.facts dd { font-family: ui-monospace, "Cascadia Code", "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .86rem; }
ul.places { list-style: none; padding: 0; margin: .75rem 0; font-size: .92rem; }
ul.places li { margin: 0 0 .6rem; }
ul.places li:last-child { margin-bottom: 0; }
ul.places .place { color: var(--soft); font-size: .84rem; }
ul.places pre { margin: .25rem 0 0; padding: .45rem .75rem; }
.further { border-top: 1px solid var(--line); padding-top: .6rem; margin: .75rem 0 0; max-width: none; }
article p { max-width: 50rem; }
.scroll { overflow-x: auto; margin: 0 0 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: normal; }
caption { caption-side: bottom; text-align: left; padding: .5rem .8rem; color: var(--soft); font-size: .85rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem; }
th { color: var(--soft); font-weight: 600; font-size: .82rem; white-space: nowrap; }
td { border-top: 1px solid var(--line); max-width: 36rem; overflow-wrap: anywhere; }
td.short { white-space: nowrap; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 36rem) {
  body { padding: 1.25rem .85rem 3rem; }
  h1 { font-size: 1.5rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  article { padding: .85rem .9rem; }
  th, td { padding: .4rem .6rem; }
  svg.treemap text.wide { display: none; }
}
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #f3f3f3; }
  html { font-size: 10.5pt; }
  body { padding: 0; }
  nav { display: none; }
  h2 { break-after: avoid; }
  article, figure, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
  .badge, svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""  # noqa: E501 -- one rule a line reads best
