/** The page's style sheet. Light and dark are the reader's choice; nothing is fetched, so the fonts are the system's. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --text: #121c2d; --quiet: #4b5671; --page: #f4f4f6; --card: #fff; --line: #cacdd8;
  --accent: #0263e0; --on-accent: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --text: #f4f4f6; --quiet: #b5bdd1; --page: #0d131c; --card: #1a2333; --line: #4b5671; --accent: #66b3ff;
    --on-accent: #0d131c; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 16px; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; overflow-wrap: anywhere; }
main { max-width: 720px; margin: 0 auto; padding: 24px; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; }
.from { margin: 0 0 4px; color: var(--quiet); font-size: 14px; }
h1 { margin: 0; font-size: 24px; line-height: 1.3; }
h1 a { font-weight: 600; }
h2 { margin: 24px 0 8px; font-size: 16px; line-height: 1.3; }
.length { color: var(--quiet); font-weight: normal; }
a { color: var(--accent); }
audio { display: block; width: 100%; min-height: 54px; }
.controls { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; }
.controls[hidden] { display: none; }
button, select, .act { min-height: 44px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--card); color: var(--text); font: inherit; cursor: pointer; }
button[aria-disabled=true] { opacity: .6; cursor: default; }
label { display: flex; align-items: center; gap: 8px; }
.acts { margin: 8px 0 0; }
.acts:empty { display: none; }
.act { display: inline-flex; align-items: center; border-color: var(--accent); background: var(--accent);
  color: var(--on-accent); font-weight: 600; text-decoration: none; }
form { margin: 12px 0 0; }
form .note { margin: 4px 0 0; }
.state { margin: 0 0 4px; font-weight: 600; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
blockquote { margin: 0; padding: 0 0 0 12px; border-left: 3px solid var(--line); }
.note { margin: 8px 0 0; color: var(--quiet); font-size: 14px; }
p[role=status] { min-height: 21px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; font-weight: 600; }
@media (max-width: 480px) { body { padding: 0; background: var(--card); } main { padding: 16px; border: 0; }
  .controls > * { flex: 1 1 40%; } .controls button { padding: 8px 4px; font-size: 15px; } label { justify-content: space-between; } }
`;
