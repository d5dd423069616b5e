import { markup } from '../markup.ts'

/**
 * The page's style. Green and red differ in lightness as well, after the palette of Okabe and Ito, and stand
 * never without a sign. Text has a contrast of 4.5 at least on every ground (WCAG 2.2, 1.4.3).
 */
export const STYLE = markup`
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --card: #fff; --sunk: #f3f1ec; --line: #dcd8cf; --text: #1d2127; --quiet: #5d6470;
  --good: #00684a; --good-bg: #e3f3ec; --bad: #a83200; --bad-bg: #fdebe2; --warn: #7d5200; --warn-bg: #fcf1d8;
  --open: #5d6470; --open-bg: #eeecea; --link: #0b5cad;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Code', 'Source Code Pro', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1b1f25; --sunk: #22272e; --line: #363c46; --text: #e6e8eb; --quiet: #a2aab6;
    --good: #57cba3; --good-bg: #12332a; --bad: #ff9467; --bad-bg: #43210f; --warn: #f2bf5b; --warn-bg: #3b2d0d;
    --open: #a2aab6; --open-bg: #2a3038; --link: #86bdf5;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'Hiragino Sans', 'Noto Sans CJK JP', sans-serif;
  overflow-wrap: anywhere;
}
main, .top, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
h1, h2, h3 { line-height: 1.25; margin: 0; text-wrap: balance; }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.4rem); letter-spacing: -0.015em; }
h2 { font-size: 1.3rem; letter-spacing: -0.01em; margin: 0 0 1rem; }
h3 { font-size: 1.05rem; }
p { margin: 0.35rem 0; }
a { color: var(--link); }
code, pre { font-family: var(--mono); font-size: 0.84em; }
pre { margin: 0.35rem 0; padding: 0.65rem 0.8rem; background: var(--sunk); border-radius: 6px; white-space: pre-wrap; line-height: 1.5; }
.quiet { color: var(--quiet); font-weight: 400; }
.eyebrow { color: var(--quiet); font-size: 0.85rem; margin: 0 0 0.3rem; }

.top { padding-top: 2.5rem; padding-bottom: 1.25rem; }
.verdict { display: flex; gap: 0.8rem; align-items: flex-start; }
.verdict .badge { width: 2.3rem; height: 2.3rem; font-size: 1.25rem; margin-top: 0.1rem; }
.lead { font-size: 1.1rem; max-width: 46rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; margin-top: 1rem; font-size: 0.92rem; }
main > section { padding: 1.75rem 0; border-top: 1px solid var(--line); }
footer { color: var(--quiet); font-size: 0.85rem; padding-bottom: 2.5rem; }

.badge {
  display: inline-flex; flex: none; align-items: center; justify-content: center; width: 1.35em; height: 1.35em;
  border-radius: 50%; font-weight: 700; font-size: 0.85rem; line-height: 1; color: var(--tone); background: var(--tone-bg);
}
.good { --tone: var(--good); --tone-bg: var(--good-bg); }
.bad { --tone: var(--bad); --tone-bg: var(--bad-bg); }
.warn { --tone: var(--warn); --tone-bg: var(--warn-bg); }
.open { --tone: var(--open); --tone-bg: var(--open-bg); }

.panel { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px; padding: 1.1rem 1.25rem; margin-bottom: 1rem; }
.panel h3 { font-size: 1.2rem; }
.code { font-family: var(--mono); font-size: 0.85em; font-weight: 600; color: var(--bad); background: var(--bad-bg); border-radius: 4px; padding: 0.08em 0.4em; }
.facts { margin: 0.9rem 0 0; }
.facts > div { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0 1rem; padding: 0.4rem 0; }
.facts dt { color: var(--quiet); font-size: 0.9rem; padding-top: 0.1rem; }
.facts dd { margin: 0; }
.facts dd > :first-child { margin-top: 0; }
pre.command { border-left: 3px solid var(--link); }
details { margin-top: 0.8rem; }
summary { cursor: pointer; color: var(--link); }
summary h3 { display: inline; color: var(--text); }
details ul { margin: 0.5rem 0 0; padding-left: 1.2rem; }

svg.path { display: block; width: 100%; height: auto; font-family: inherit; }
svg.standing { display: none; max-width: 24rem; margin: 0 auto; }
.band { fill: none; stroke: var(--line); stroke-dasharray: 5 4; }
.band.broken { stroke: var(--bad); stroke-width: 2.6; stroke-dasharray: none; }
.where { font-size: 11.5px; fill: var(--quiet); }
.where.broken { fill: var(--bad); font-weight: 700; }
.hop rect { fill: var(--card); stroke: var(--tone); stroke-width: 1.4; }
.hop.open rect { stroke-dasharray: 4 3; }
.hop.broken rect { fill: var(--bad-bg); stroke-width: 2.6; }
.hop .name { font-size: 13px; font-weight: 600; fill: var(--text); }
.hop .detail { font: 10.6px var(--mono); fill: var(--quiet); }
.hop.broken .detail { fill: var(--text); }
.hop .sign { font-size: 13px; font-weight: 700; fill: var(--tone); text-anchor: end; }
.arrow { fill: none; stroke: var(--tone); stroke-width: 1.7; }
.arrow.bad { stroke-width: 2.4; stroke-dasharray: 7 4; }
.arrow.open { stroke-dasharray: 2 4; }
.tip { fill: var(--tone); }
.lost circle { fill: var(--bad); stroke: var(--page); stroke-width: 2; }
.lost path { stroke: var(--page); stroke-width: 2.2; stroke-linecap: round; }
.breaks { margin-top: 1rem; }

.matrix { border-collapse: separate; border-spacing: 4px; width: 100%; table-layout: fixed; margin: 0 -4px; }
.matrix th { text-align: left; font-size: 0.88rem; font-weight: 600; vertical-align: bottom; padding: 0.2rem 0.4rem; }
.matrix tbody th { vertical-align: middle; }
.matrix th code { font-weight: 400; color: var(--quiet); }
.matrix td { padding: 0; vertical-align: top; }
.matrix td.none { text-align: center; vertical-align: middle; }
.matrix td::before { display: none; content: attr(data-server); font-size: 0.85rem; color: var(--quiet); }
.cell { background: var(--tone-bg); color: var(--tone); padding: 0.28rem 0.55rem; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
td .cell:first-child { border-radius: 6px 6px 0 0; }
td .cell:last-child { border-radius: 0 0 6px 6px; }
td .cell:only-child { border-radius: 6px; }
.cell b { display: inline-block; min-width: 2.3rem; font-size: 0.72rem; font-weight: 600; letter-spacing: 0.04em; }
.cell.bad { font-weight: 700; box-shadow: inset 3px 0 0 var(--bad); }
.cell.open { background: repeating-linear-gradient(135deg, var(--open-bg) 0 6px, transparent 6px 10px); }
.cell .time, .cell .why { font-weight: 400; }
.legend { font-size: 0.85rem; color: var(--quiet); display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; }
.legend i { font-style: normal; border-radius: 4px; padding: 0 0.4rem; }

.plan { margin-bottom: 1.5rem; }
.edit { border-left: 3px solid var(--tone, var(--line)); padding: 0.15rem 0 0.15rem 0.9rem; margin: 0.7rem 0; }
.edit.create, .edit.run { --tone: var(--good); }
.change.edit { --tone: var(--warn); }
.edit.delete { --tone: var(--bad); }
.edit.wait, .edit.leave { --tone: var(--open); }
.thing { margin: 0; }
.thing .sign { font-family: var(--mono); font-weight: 700; color: var(--tone); }
.thing .action { color: var(--tone); font-weight: 600; }
.note { margin: 0; color: var(--quiet); font-size: 0.92rem; }
.fields { list-style: none; margin: 0.3rem 0 0; padding: 0; }
.fields li { padding: 0.28rem 0; display: flex; flex-wrap: wrap; gap: 0.1rem 0.9rem; align-items: baseline; }
.fields pre { flex-basis: 100%; order: 3; }
.values { font-family: var(--mono); font-size: 0.84em; }
del { color: var(--bad); text-decoration-thickness: 1px; }
ins { color: var(--good); text-decoration: none; font-weight: 600; }
.owner { color: var(--quiet); font-size: 0.85rem; }
.owner.abort { color: var(--bad); font-weight: 600; }
.diff span { display: block; margin: 0 -0.8rem; padding: 0 0.8rem; }
.diff .added { color: var(--good); background: var(--good-bg); }
.diff .removed { color: var(--bad); background: var(--bad-bg); }
.diff .kept, .diff .gap { color: var(--quiet); }

.steps + h3, details + h3 { margin-top: 1.25rem; }
.steps { list-style: none; margin: 0.5rem 0 1.5rem; padding: 0; }
.steps li { display: flex; gap: 0.8rem; padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
.steps li > div { flex: 1; min-width: 0; }
.steps p { margin: 0; }
.steps .badge { margin-top: 0.15rem; }
.took { float: right; color: var(--quiet); font-size: 0.88rem; font-variant-numeric: tabular-nums; padding-left: 0.8rem; }
.chapter { font-size: 0.88rem; }
.chapter code { color: var(--quiet); }
.by-hand { counter-reset: step; }
.by-hand h3 { font-size: 0.95rem; margin-top: 0.9rem; }

@media (max-width: 44rem) {
  main, .top, footer { padding-left: 1rem; padding-right: 1rem; }
  .top { padding-top: 1.5rem; }
  .facts > div { grid-template-columns: minmax(0, 1fr); }
  svg.lying { display: none; }
  svg.standing { display: block; }
  .matrix, .matrix tbody, .matrix tr, .matrix td, .matrix tbody th { display: block; width: auto; }
  .matrix { margin: 0; }
  .matrix thead, .matrix td.none { display: none; }
  .matrix tbody th { padding: 0.9rem 0 0.1rem; font-size: 1rem; }
  .matrix td { padding: 0.25rem 0; }
  .matrix td::before { display: block; }
}
svg.asked { width: 100%; height: auto; font: 13px var(--mono); fill: var(--text); }
svg.asked .good { fill: var(--good); }
svg.asked .bad { fill: var(--bad); }
svg.asked .floor { stroke: var(--line); }
svg.asked .quiet { fill: var(--quiet); }
svg.asked .lost { fill: var(--bad); text-anchor: middle; font-size: 11px; }
ul.asked { list-style: none; padding: 0; }
@media print {
  :root {
    --page: #fff; --card: #fff; --sunk: #f4f4f4; --line: #bbb; --text: #000; --quiet: #444;
    --good: #00543c; --good-bg: #e3f3ec; --bad: #8f2a00; --bad-bg: #fdebe2; --warn: #6b4600; --warn-bg: #fcf1d8;
    --open: #444; --open-bg: #eee; --link: #000;
  }
  @page { margin: 16mm 14mm; }
  body { font-size: 10.5pt; }
  nav { display: none; }
  main, .top, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .panel, .edit, .steps li, svg.path, .matrix tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .badge, .cell, .diff span, .hop rect, pre, .code { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; }
  .lead-in { break-after: avoid; }
}
`
