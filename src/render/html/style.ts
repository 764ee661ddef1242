/** The page's style sheet: light and dark by the reader's choice, one column when narrow, printable. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --ink: #1a1f1d; --soft: #5b6561; --line: #dde3e0; --page: #ffffff; --card: #f6f8f7;
  --accent: #0e7a5f; --error: #b3261e; --warn: #9a5b00; --info: #2c5fb3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e7ecea; --soft: #9aa6a1; --line: #2b3431; --page: #101514; --card: #171d1b;
    --accent: #3ecf9b; --error: #ff8a80; --warn: #f0b35a; --info: #8ab4f8;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 76rem;
  background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
h1 { margin: 0 0 .25rem; font-size: 1.4rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.1rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
p { margin: .25rem 0; }
a { color: inherit; text-decoration: none; }
a:hover { text-decoration: underline; }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { overflow-wrap: anywhere; }
pre {
  margin: .5rem 0; padding: .75rem 1rem; overflow: auto; max-height: 24rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.soft { color: var(--soft); }
.notice { margin: 1rem 0; padding: .6rem .9rem; border-left: 3px solid var(--warn); background: var(--card); }
.ERROR { --level: var(--error); } .WARN { --level: var(--warn); } .INFO { --level: var(--info); }
.mark { color: var(--level); font-weight: 700; }
.findings { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
.findings > li { border-bottom: 1px solid var(--line); }
.findings summary {
  display: grid; grid-template-columns: 1.2rem 11.5rem minmax(0, 1fr) 8rem minmax(0, 18rem);
  gap: 0 .75rem; padding: .5rem .25rem; cursor: pointer; list-style: none; align-items: baseline;
}
.findings summary::-webkit-details-marker { display: none; }
.findings summary:hover { background: var(--card); }
.findings .more { padding: 0 .25rem 1rem 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th { color: var(--soft); font-weight: 500; font-size: .85rem; }
th.text, td.text { text-align: left; }
td.label { min-width: 15rem; width: 45%; white-space: normal; overflow-wrap: anywhere; }
tbody tr:hover { background: var(--card); }
.share { position: relative; min-width: 7rem; }
.share i { position: absolute; top: .35rem; left: 0; height: 1.4em; background: var(--accent); opacity: .22; border-radius: 2px; }
.share span { position: relative; }
.worse { color: var(--error); font-weight: 600; }
.statement { margin: 0 0 1.25rem; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 8px; }
.statement svg { display: block; width: 100%; max-width: 46rem; height: auto; margin: .75rem 0 .25rem; }
.bar { fill: var(--accent); } .bar:hover { opacity: .7; }
.grid { stroke: var(--line); stroke-width: 1; } .axis { fill: var(--soft); font: 11px system-ui, "DejaVu Sans", sans-serif; }
.chip { display: inline-block; padding: 0 .45rem; border: 1px solid currentColor; border-radius: 999px; font-size: .78rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); gap: .25rem 1rem; margin: .5rem 0; }
dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; font-variant-numeric: tabular-nums; }
details > summary { cursor: pointer; }
@media (max-width: 52rem) {
  body { padding: 1rem .9rem 3rem; }
  .findings summary { grid-template-columns: 1.2rem minmax(0, 1fr); }
  .findings summary > :nth-child(n+3) { grid-column: 2; }
  .findings .more { padding-left: .25rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11px; }
  .statement, .findings > li, tr { break-inside: avoid; }
  pre { max-height: none; }
  .scroll { overflow: visible; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`
