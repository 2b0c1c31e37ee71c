import { Badge } from '@twilio-paste/core/badge';
import { Box } from '@twilio-paste/core/box';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import { Truncate } from '@twilio-paste/core/truncate';
import * as React from 'react';
import { useAsyncData, useLive } from '../state/live';
import { Details } from '../widgets/details';
import { LoadError, Loading } from '../widgets/load-state';

/** The tasks that wait for an agent. */
export const OpenTaskList: React.FC = () => {
  const { client, state } = useLive();
  const tasks = useAsyncData(() => client.tasks(), [client, state.tasksVersion]);
  return (
    <Box as="section" aria-labelledby="open-tasks">
      <Heading as="h2" variant="heading30" id="open-tasks">
        Open tasks
      </Heading>
      {tasks.state === 'loading' && <Loading label="Loading the open tasks" />}
      {tasks.state === 'failed' && <LoadError message={tasks.message} />}
      {tasks.state === 'loaded' && tasks.value.length === 0 && (
        <Text as="p" color="colorTextWeak">
          None. A call in a queue is a task, and so is a voicemail until an agent has handled it.
        </Text>
      )}
      {tasks.state === 'loaded' &&
        tasks.value.map((task) => (
          <Box
            key={task.sid}
            paddingY="space30"
            borderBottomWidth="borderWidth10"
            borderBottomStyle="solid"
            borderBottomColor="colorBorderWeaker"
          >
            <Box display="flex" flexWrap="wrap" alignItems="center" columnGap="space30">
              <Text as="span" fontWeight="fontWeightSemibold">
                <Truncate title={task.title}>{task.title}</Truncate>
              </Text>
              <Badge as="span" variant="neutral">
                {task.kind || task.channel}
              </Badge>
              <Text as="span" color="colorTextWeak">{`${task.status} in ${task.queue}`}</Text>
            </Box>
            <Details summary="Attributes" detail={task.attributes} />
          </Box>
        ))}
    </Box>
  );
};
