/** @jest-environment jsdom */

const PAGE = `
  <label id="by-for" for="text">Text</label><label id="second" for="text">Also</label><input id="text">
  <label id="of-a-box" for="box">Box</label><div id="box"></div>
  <label id="around">Choice <select id="choice"></select></label>
  <label id="twice" for="same">First</label><input id="same" name="first"><input id="same" name="second">
  <label id="of-what-is-hidden" for="secret">Secret</label><input type="hidden" id="secret">
  <label id="empty" for="">None</label><label id="dangling" for="nothing">None</label>
  <label id="of-svg" for="drawing">Drawing</label><svg><input id="drawing"></input></svg>`;

const labels = () => [...document.querySelectorAll('label')];
const controls = () => Object.fromEntries(labels().map((label) => [label.id, label.control?.outerHTML ?? null]));

test('a label has the control that jsdom finds for it', () => {
  document.body.innerHTML = PAGE;
  const asJsdomFinds = controls();
  require('./label-control');
  expect(controls()).toEqual(asJsdomFinds);
  expect(asJsdomFinds['by-for']).toBe('<input id="text">');
  expect([...document.getElementById('text').labels].map(({ id }) => id)).toEqual(['by-for', 'second']);
});

test('a control that is removed, renamed or put back is lost and found', () => {
  require('./label-control');
  document.body.innerHTML = PAGE;
  const label = document.getElementById('by-for');
  const input = document.getElementById('text');
  input.remove();
  expect(label.control).toBeNull();
  document.body.append(input);
  expect(label.control).toBe(input);
  input.id = 'other';
  expect(label.control).toBeNull();
});
