import { readFileSync } from 'node:fs';
import path from 'node:path';
import '@testing-library/jest-dom';
import { act, cleanup, render, screen } from '@testing-library/react';

/**
 * The file that is uploaded, evaluated against the real Flex UI as Flex's loader does it (docs/flex-protocols.md 8): by a script that
 * calls `Plugins.init` while it is `document.currentScript`.
 */
// biome-ignore lint/suspicious/noExplicitAny: the real bundle is used as a page would use it
type Anything = any;
const file = path.join(__dirname, '../build/plugin-callback-and-voicemail-with-email.js');
const page = window as Anything;
let Flex: Anything;
let Plugin: Anything;

beforeAll(() => {
  page.React = require('react');
  page.ReactDOM = require('react-dom');
  Flex = require('@twilio/flex-ui');
  page.Redux = require('redux');
  page.ReactRedux = require('react-redux');
  page.Twilio = { ...page.Twilio, Flex };
  const init = jest.spyOn(Flex.Plugins, 'init').mockImplementation(() => undefined);
  const script = document.createElement('script');
  script.setAttribute('src', '/plugins/plugin.js');
  Object.defineProperty(document, 'currentScript', { configurable: true, get: () => script });
  page.eval(readFileSync(file, 'utf8'));
  expect(init).toHaveBeenCalledTimes(1);
  Plugin = init.mock.calls[0]![0];
});

const task = (attributes: object) => ({
  sid: `WR${'b'.repeat(32)}`,
  taskSid: `WT${'a'.repeat(32)}`,
  status: 'accepted',
  taskChannelUniqueName: 'voice',
  queueName: 'Support',
  attributes: { name: '+15551234567', from: '+15551234567', ...attributes },
});

/** A Manager as far as the plugin uses it: a real one needs a login. */
function aManager(change: object = {}) {
  const reducers: Record<string, Anything> = {};
  const store = page.Redux.createStore(() => ({ flex: { worker: { tasks: new Map() }, phone: {} } }));
  store.addReducer = (name: string, reducer: Anything) => {
    reducers[name] = reducer;
    store.replaceReducer(
      page.Redux.combineReducers({
        ...reducers,
        flex: (state: Anything = { worker: { tasks: new Map() }, phone: {} }) => state,
      }),
    );
  };
  return {
    store,
    events: { addListener: jest.fn() },
    user: { token: 'token', roles: ['agent'] },
    localization: { localeTag: 'en-US' },
    configuration: {},
    serviceConfiguration: {
      outbound_call_flows: { default: { enabled: true } },
      ui_attributes: { custom_data: { serverless_functions_domain: 'http://localhost:4000' } },
    },
    ...change,
  };
}

describe('the built plugin in the real Flex UI', () => {
  let listeners: [string, () => void][];
  let replaced: Anything[][] = [];
  let manager: Anything;
  let PasteTheme: Anything;
  const pluginsAreReady = () => {
    for (const [event, listener] of listeners) if (event === 'pluginsInitialized') listener();
  };
  const fetch = jest.fn(async (_url: string, _init: RequestInit) => ({
    ok: false,
    status: 502,
    headers: new Headers(),
    json: async () => ({ code: 'failed' }),
  }));

  beforeAll(async () => {
    page.fetch = fetch;
    manager = aManager();
    const replace = jest.spyOn(Flex.TaskInfoPanel.Content, 'replace');
    // The plugin's own copy of Paste takes its theme from its own provider.
    const setProviders = ({ PasteThemeProvider }: Anything) => {
      PasteTheme = PasteThemeProvider;
    };
    await new Plugin().init(Object.create(Flex, { setProviders: { value: setProviders } }), manager);
    replaced = [...replace.mock.calls] as Anything[][];
    listeners = [...manager.events.addListener.mock.calls];
  });

  test.each(['voicemail', 'callback'])('gives a %s its own channel without call controls', (taskType) => {
    const channel = Flex.TaskChannels.getForTask(task({ taskType }));
    expect(channel.name).toBe(`callback-and-voicemail-with-email-${taskType}`);
    expect([...channel.capabilities]).not.toContain('Call');
    expect(channel.templates.TaskListItem.firstLine(task({ taskType }))).toBe('+1 555-123-4567');
    expect(channel.templates.TaskCanvasHeader.title(task({ taskType }))).toContain('+1 555-123-4567');
  });

  test('an offered task says that a recipient has taken it from the email, and no template of Flex', () => {
    const taken = { taken_by: 'Ada {{task.taskSid}}', taken_at: new Date().toISOString() };
    const offered = task({ taskType: 'voicemail', callback_and_voicemail: taken });
    const { IncomingTaskCanvas, TaskListItem } = Flex.TaskChannels.getForTask(offered).templates;
    for (const { secondLine } of [IncomingTaskCanvas, TaskListItem])
      expect(secondLine(offered)).toMatch(
        /^Taken by Ada task\.taskSid from the email, .*\d:\d\d.* · Voicemail · Support$/,
      );
    expect(IncomingTaskCanvas.secondLine(task({ taskType: 'voicemail' }))).toBe('Voicemail · Support');
  });

  test('when another plugin claims our tasks after us, takes card and channel back', () => {
    const isTheirs = ({ attributes }: Anything) => attributes.taskType === 'voicemail';
    Flex.TaskChannels.register(
      Flex.DefaultTaskChannels.createDefaultTaskChannel('voicemail', isTheirs, 'Voice', 'Voice', '#000000'),
    );
    expect(Flex.TaskChannels.getForTask(task({ taskType: 'voicemail' })).name).toBe('voicemail');
    const replace = jest.spyOn(Flex.TaskInfoPanel.Content, 'replace').mockClear();
    pluginsAreReady();
    expect(Flex.TaskChannels.getForTask(task({ taskType: 'voicemail' })).name).toMatch(
      /^callback-and-voicemail-with-email/,
    );
    expect(replace).toHaveBeenCalledTimes(1);
  });

  describe('beside another plugin that leaves no Info tab', () => {
    const isVoicemail = ({ task: one }: Anything) => one.attributes.taskType === 'voicemail';
    const theirs = () => page.React.createElement('section', { key: 'theirs', 'aria-label': 'theirs' });
    const undo: (() => void)[] = [];
    let warn: jest.SpyInstance;

    beforeEach(() => {
      warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
      pluginsAreReady();
    });
    afterEach(() => {
      for (const one of undo.splice(0)) one();
      warn.mockRestore();
    });

    /** @returns the regions that Flex's own component shows of a task, in place of parts of these names */
    async function show({ Content, displayName: name }: Anything, parts: string[], attributes: object) {
      cleanup();
      const { createElement } = page.React;
      const children = parts.map((key) => createElement('section', { key, 'aria-label': key }));
      const childProps = { task: { ...task(attributes), dateCreated: new Date() } };
      const view = createElement(
        Flex.DynamicComponent,
        { contentStore: Content, name, childProps, noContainers: true },
        createElement('div', {}, ...children),
      );
      const themed = createElement(PasteTheme, { baseTheme: 'default' }, view);
      await act(async () => {
        render(createElement(page.ReactRedux.Provider, { store: manager.store }, themed));
      });
      return screen.queryAllByRole('region').map((region) => region.getAttribute('aria-label'));
    }

    const TABS = { name: 'TaskCanvasTabs', parts: ['info'], shown: ['Voicemail'] };
    const CANVAS = { name: 'TaskCanvas', parts: ['header', 'tabs'] };
    const ways = {
      'the Info tab is removed': {
        ...TABS,
        interfere: (content: Anything) => content.remove('info'),
        named: 'the Info tab',
      },
      'the Info tab is removed on a condition': {
        ...TABS,
        interfere: (content: Anything) => content.remove('info', { if: isVoicemail }),
        named: 'the Info tab',
      },
      'the tabs are replaced': {
        ...TABS,
        interfere: (content: Anything) => content.replace(theirs()),
        named: 'the tabs',
      },
      'the tabs are replaced on a condition': {
        ...TABS,
        interfere: (content: Anything) => content.replace(theirs(), { if: isVoicemail }),
        named: 'the tabs',
      },
      'the tabs are removed': {
        ...CANVAS,
        shown: ['header', 'Voicemail'],
        interfere: (content: Anything) => content.remove('tabs'),
        named: 'the tabs',
      },
      'the view is replaced': {
        ...CANVAS,
        shown: ['Voicemail'],
        interfere: (content: Anything) => content.replace(theirs()),
        named: 'the view',
      },
    };
    const cases = Object.entries(ways).flatMap(([way, what]) =>
      [['agents', () => Flex] as const, ['supervisors', () => Flex.Supervisor] as const].map(
        ([who, view]) => [way, who, view, what] as const,
      ),
    );

    test.each(cases)('where %s, %s see the card, and one line says why', async (_way, _who, view, what) => {
      const component = view()[what.name];
      expect(await show(component, what.parts, { taskType: 'voicemail' })).toEqual(what.parts);
      expect(warn).not.toHaveBeenCalled();
      undo.push(what.interfere(component.Content));
      pluginsAreReady();
      for (let time = 0; time < 2; time++)
        expect(await show(component, what.parts, { taskType: 'voicemail' })).toEqual(what.shown);
      expect(warn.mock.calls).toEqual([[expect.stringContaining(what.named)]]);
      expect(await show(component, what.parts, {})).not.toContain('Voicemail');
    });

    test('a plugin that replaces the tabs of chats alone changes nothing', async () => {
      const isChat = ({ task: one }: Anything) => one.taskChannelUniqueName === 'chat';
      undo.push(Flex.TaskCanvasTabs.Content.replace(theirs(), { if: isChat }));
      pluginsAreReady();
      expect(await show(Flex.TaskCanvasTabs, ['info'], { taskType: 'voicemail' })).toEqual(['info']);
      expect(warn).not.toHaveBeenCalled();
    });

    test("the card's tab can be selected beside the other plugin's tabs", () => {
      const add = jest.spyOn(Flex.TaskCanvasTabs.Content, 'add');
      pluginsAreReady();
      const tabs = (add.mock.calls as Anything[][]).map(([tab]) => tab.props);
      expect(tabs).toEqual(tabs.map(() => ({ label: 'Message', uniqueName: expect.any(String) })));
      expect(tabs.length).toBeGreaterThan(0);
      add.mockRestore();
    });
  });

  test('leaves phone calls unchanged', () => {
    const channel = Flex.TaskChannels.getForTask(task({ direction: 'inbound' }));
    expect(channel.name).not.toMatch(/voicemail|callback/);
    expect([...channel.capabilities]).toContain('Call');
  });

  test('the card replaces the Info tab for our tasks only, and calls only our Functions', async () => {
    const [card, options] = replaced[0] as [Anything, Anything];
    expect(options.if({ task: task({ taskType: 'voicemail' }) })).toBe(true);
    expect(options.if({ task: task({}) })).toBe(false);
    await act(async () => {
      render(
        page.React.createElement(
          page.ReactRedux.Provider,
          { store: manager.store },
          page.React.createElement(
            PasteTheme,
            { baseTheme: 'default' },
            page.React.cloneElement(card, {
              task: { ...task({ taskType: 'voicemail' }), dateCreated: new Date() },
            }),
          ),
        ),
      );
    });
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent('+1 555-123-4567');
    expect(await screen.findByRole('button', { name: 'Try again' })).toBeEnabled();
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      'http://localhost:4000/features/callback-and-voicemail-with-email/flex/voicemail',
    ]);
    expect(String(fetch.mock.calls[0]![1].body)).toBe(`Token=token&TaskSid=WT${'a'.repeat(32)}`);
  });

  test('when turned off, changes nothing', async () => {
    const off = aManager({
      configuration: { custom_data: { features: { callback_and_voicemail_with_email: { enabled: false } } } },
    });
    const before = Flex.TaskChannels.getRegistered().length;
    await new Plugin().init(Flex, off);
    expect(Flex.TaskChannels.getRegistered()).toHaveLength(before);
    expect(off.events.addListener).not.toHaveBeenCalled();
  });

  test('shows administrators a permanent banner about a Mailgun key', async () => {
    const shown: Anything[] = [];
    Flex.Notifications.addListener(Flex.NotificationEvent.beforeAddNotification, (notification: Anything) => {
      shown.push(notification);
    });
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const features = { callback_and_voicemail_with_email: { mailgun_api_key: 'key-1' } };
    const configuration = { custom_data: { features } };
    await new Plugin().init(Flex, aManager({ configuration }));
    expect(shown).toEqual([]);
    // Switched off, the plugin leaves the key where every agent can read it all the same.
    const off = { callback_and_voicemail_with_email: { mailgun_api_key: 'key-1', enabled: false } };
    const admin = { configuration: { custom_data: { features: off } }, user: { token: 't', roles: ['admin'] } };
    await new Plugin().init(Flex, aManager(admin));
    expect(shown).toMatchObject([{ id: 'CallbackAndVoicemailMailgunKey', timeout: 0, type: 'error' }]);
    expect(warn.mock.calls.flat().join()).not.toContain('key-1');
  });

  describe("the supervisors' panel", () => {
    const add = (roles: string[], feature: object = {}) => {
      const views = jest.spyOn(Flex.ViewCollection.Content, 'add');
      const links = jest.spyOn(Flex.SideNav.Content, 'add');
      // The real one takes a notification's name once in its life.
      const Notifications = { registerNotification: () => undefined };
      const flex = Object.create(Flex, { Notifications: { value: Notifications } });
      const features = { callback_and_voicemail_with_email: feature };
      const configuration = { custom_data: { features } };
      return new Plugin()
        .init(flex, aManager({ configuration, user: { token: 'token', roles } }))
        .then(() => ({ views: views.mock.calls as Anything[][], links: links.mock.calls as Anything[][] }));
    };
    afterEach(() => jest.restoreAllMocks());

    test.each([[['agent']], [[]], [['wfo.full_access']]])('is absent for the roles %j', async (roles) => {
      const { views, links } = await add(roles);
      expect([views, links]).toEqual([[], []]);
    });

    test.each([[['supervisor']], [['agent', 'admin']]])('adds a view and a link for the roles %j', async (roles) => {
      const { views, links } = await add(roles);
      expect(views.map(([view]: Anything[]) => view.props.name)).toEqual(['voicemail-email']);
      expect(links).toHaveLength(1);
    });

    test('is absent where email notifications are not used', async () => {
      const { views, links } = await add(['admin'], { enable_email_notifications: false });
      expect([views, links]).toEqual([[], []]);
    });
  });
});
