import { parseFlowDefinition } from '../../src/studio/flow-definition';
import { createFlow, say, widget } from './play-flow';

test('a definition is read as Studio exports it', () => {
  const { trigger, widgets } = parseFlowDefinition('greeting', createFlow(say('hello', 'Hello.')));
  expect(trigger.transitions).toEqual([{ event: 'incomingCall', next: 'hello', conditions: [] }]);
  expect([...widgets.keys()]).toEqual(['Trigger', 'hello']);
});

test.each([
  ['no object', [], 'it has no list `states`'],
  ['a transition that leads nowhere', createFlow(say('hello', 'Hello.', 'gone')), 'hello: audioComplete leads to gone'],
  ['two of one name', createFlow(say('hello', '1'), say('hello', '2')), 'two widgets are called hello'],
  ['no trigger', { ...createFlow(say('hello', '1')), initial_state: 'hello' }, '`initial_state` hello is no trigger'],
  ['no description', { ...createFlow(say('hello', '1')), description: 7 }, '`description` is no text'],
  ['a widget without a name', createFlow(say('hello', '1'), { type: 'say-play' }), 'states[2] has no `name`'],
  [
    'half a condition',
    createFlow({
      ...widget('split', 'split-based-on', { input: 'x' }),
      transitions: [{ event: 'match', conditions: [{ type: 'equal_to', value: '1' }] }],
    }),
    'states[1] (split) has a condition without',
  ],
])('%s is refused', (_name, json, problem) => {
  expect(() => parseFlowDefinition('broken', json)).toThrow(
    expect.objectContaining({ name: 'FlowDefinitionError', message: expect.stringContaining(problem) }),
  );
});

test('reports all errors at once', () => {
  const json = { states: [{ name: 'a', type: 'say-play' }], initial_state: 'b' };
  expect(() => parseFlowDefinition('broken', json)).toThrow(
    'broken is no Studio flow: states[0] (a) has no `properties`; states[0] (a) has no list `transitions`; ' +
      '`description` is no text; `initial_state` b is no trigger',
  );
});
