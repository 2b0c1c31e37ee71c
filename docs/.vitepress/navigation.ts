import type { DefaultTheme } from 'vitepress';

export const nav: DefaultTheme.NavItem[] = [
  { text: 'Try it', link: '/try-it' },
  { text: 'Install', link: '/install' },
  { text: 'Operate', link: '/operations' },
  { text: 'Troubleshoot', link: '/troubleshooting' },
];

/** Grouped by reader: to try it, install it, use it, run it, or change it. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      { text: 'Try it', link: '/try-it' },
      { text: 'Callback and voicemail', link: '/callback-and-voicemail' },
      { text: '… with email', link: '/callback-and-voicemail-with-email' },
      { text: 'Voice channel overview', link: '/voice-channel-overview' },
      { text: 'Comparison', link: '/comparison' },
      { text: 'Cost calculator', link: '/cost-calculator' },
    ],
  },
  {
    text: 'Set up',
    items: [
      { text: 'Install', link: '/install' },
      { text: 'Install by hand', link: '/install-by-hand' },
      { text: 'Mailgun setup', link: '/mailgun-setup' },
      { text: 'SendGrid setup', link: '/sendgrid-setup' },
      { text: 'Run a scheduler', link: '/how-to/run-a-scheduler' },
      { text: 'Studio flows', link: '/infra-as-code/studio' },
      { text: 'TaskRouter workflow', link: '/infra-as-code/taskrouter' },
      { text: 'The Flex plugin', link: '/plugin' },
      { text: 'Move from the template', link: '/move-from-the-template' },
      { text: 'Upgrade', link: '/upgrade' },
      { text: 'Uninstall', link: '/uninstall' },
    ],
  },
  {
    text: 'Use',
    items: [
      { text: 'For callers', link: '/for-callers' },
      { text: 'For agents', link: '/for-agents' },
      {
        text: 'For supervisors',
        link: '/for-supervisors',
        collapsed: true,
        items: [
          { text: 'Limit supervisors to queues', link: '/how-to/limit-supervisors-to-their-queues' },
          { text: 'Require two people', link: '/how-to/require-two-people-for-recipients' },
          { text: 'Limit emails about one caller', link: '/how-to/limit-emails-about-one-caller' },
          { text: 'See what arrived', link: '/how-to/see-what-arrived' },
          { text: 'Check completeness', link: '/how-to/check-completeness' },
          { text: 'Answer a privacy request', link: '/how-to/answer-a-privacy-request' },
          { text: 'Set retention', link: '/how-to/set-retention' },
          { text: 'Use the audit', link: '/how-to/use-the-audit' },
          { text: 'Have callbacks confirmed', link: '/how-to/have-callbacks-confirmed' },
        ],
      },
      {
        text: 'For recipients',
        link: '/for-recipients',
        collapsed: true,
        items: [{ text: 'Act from the email', link: '/how-to/act-from-the-email' }],
      },
    ],
  },
  {
    text: 'Run',
    items: [
      { text: 'Configuration', link: '/configuration' },
      { text: 'Operations', link: '/operations' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: 'Scaling', link: '/scaling' },
      { text: 'Run the worker', link: '/how-to/run-the-worker' },
      { text: 'Known limits', link: '/known-limits' },
      { text: 'Figures', link: '/figures' },
    ],
  },
  {
    text: 'Security and privacy',
    items: [
      { text: 'Security', link: '/security' },
      { text: 'Privacy', link: '/privacy' },
    ],
  },
  {
    text: 'Change it',
    items: [
      { text: 'Architecture', link: '/architecture' },
      { text: 'Decision records', link: '/adr/' },
      { text: 'Glossary', link: '/glossary' },
      { text: 'Contributing', link: '/contributing' },
      { text: 'Add an email provider', link: '/how-to/add-an-email-provider' },
      { text: 'Add a caller language', link: '/how-to/add-a-caller-language' },
      { text: 'Add a setting', link: '/how-to/add-a-setting' },
      { text: 'Change the mail', link: '/how-to/change-the-mail' },
      { text: 'The sandbox', link: '/sandbox' },
      { text: 'Flex UI’s protocols', link: '/flex-protocols' },
      { text: 'Changelog', link: '/changelog' },
    ],
  },
];
