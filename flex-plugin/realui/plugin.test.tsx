import { readFileSync } from 'node:fs';
import path from 'node:path';
import '@testing-library/jest-dom';
import { act, render, screen } from '@testing-library/react';

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
    await new Plugin().init(Flex, manager);
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

  test('when another plugin claims our tasks after us, takes card and channel back', () => {
    const isTheirs = ({ attributes }: Anything) => attributes.taskType === 'voicemail';
    Flex.TaskChannels.register(
      Flex.DefaultTaskChannels.createDefaultTaskChannel('voicemail', isTheirs, 'Voice', 'Voice', '#000000'),
    );
    expect(Flex.TaskChannels.getForTask(task({ taskType: 'voicemail' })).name).toBe('voicemail');
    const replace = jest.spyOn(Flex.TaskInfoPanel.Content, 'replace').mockClear();
    for (const [event, listener] of listeners) if (event === 'pluginsInitialized') listener();
    expect(Flex.TaskChannels.getForTask(task({ taskType: 'voicemail' })).name).toMatch(
      /^callback-and-voicemail-with-email/,
    );
    expect(replace).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['always', undefined],
    ['on a condition', { if: ({ task: one }: Anything) => one.attributes.taskType === 'voicemail' }],
  ])('where another plugin removes the Info tab %s, our tasks get a tab of their own', (_when, condition) => {
    const tabs = Flex.TaskCanvasTabs.Content;
    const add = jest.spyOn(tabs, 'add').mockReturnValue(() => undefined);
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const initialized = () => {
      for (const [event, listener] of listeners) if (event === 'pluginsInitialized') listener();
    };
    initialized();
    expect([add.mock.calls, warn.mock.calls]).toEqual([[], []]);
    const undo = tabs.remove('info', condition);
    try {
      initialized();
    } finally {
      undo();
    }
    const [[tab, options], ...others] = add.mock.calls as Anything[];
    expect(others).toEqual([]);
    expect(tab.props.label).toBe('Message');
    expect(options.if({ task: task({ taskType: 'voicemail' }) })).toBe(true);
    expect(options.if({ task: task({}) })).toBe(false);
    expect(warn.mock.calls.flat()).toEqual([expect.stringContaining('another plugin removes the Info tab')]);
    add.mockRestore();
    warn.mockRestore();
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
    const { CustomizationProvider } = require('@twilio-paste/core/customization');
    await act(async () => {
      render(
        page.React.createElement(
          page.ReactRedux.Provider,
          { store: manager.store },
          page.React.createElement(
            CustomizationProvider,
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
