import { Card } from '@twilio-paste/core/card';
import * as React from 'react';
import { useTitle } from '../routing';
import { EventLog } from './event-log';

/** The page that shows the whole event log. */
export const LogPage: React.FC = () => {
  useTitle('Log');
  return (
    <Card padding="space70">
      <EventLog title="Log" headingLevel="h1" canGroup />
    </Card>
  );
};
