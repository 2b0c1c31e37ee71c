import { Card } from '@twilio-paste/core/card';
import * as React from 'react';
import { useTitle } from '../routing';
import { StoryLog } from './story-log';

/** The whole log on a page of its own. */
export const LogPage: React.FC = () => {
  useTitle('Log');
  return (
    <Card padding="space70">
      <StoryLog title="Log" headingLevel="h1" />
    </Card>
  );
};
