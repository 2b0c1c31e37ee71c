import { Box } from '@twilio-paste/core/box';
import * as React from 'react';
import { useEmailAdmin } from '../email-admin-context';
import { Section } from '../Section';
import { RecipientsField } from './RecipientsField';
import { Rules } from './Rules';
import type { Editing } from './use-draft';
import { WhatWouldHappen } from './WhatWouldHappen';

/** Recipients, rules, and a way to see what they come to. */
export const WhoGetsIt: React.FC<{ editing: Editing }> = ({ editing }) => {
  const { t } = useEmailAdmin().translator;
  const { settings, rules, answer, problems, change } = editing;
  return (
    <Section title={t('WhoTitle')}>
      <RecipientsField
        label={t('Recipients')}
        path="recipients"
        recipients={settings.recipients}
        onChange={(recipients) => change('recipients', recipients)}
        allowedDomains={answer.allowedDomains}
        problems={problems}
        help={t(rules.rules.some(({ enabled }) => enabled) ? 'RecipientsWhenNoRule' : 'RecipientsGetAll')}
      />
      <Rules editing={editing} />
      <WhatWouldHappen editing={editing} />
      <Box>
        <RecipientsField
          isSingle
          label={t('Archive')}
          path="archive"
          recipients={settings.archive === undefined ? [] : [settings.archive]}
          onChange={([archive]) => change('archive', archive)}
          allowedDomains={answer.allowedDomains}
          problems={problems}
          help={t('ArchiveHelp')}
        />
      </Box>
    </Section>
  );
};
