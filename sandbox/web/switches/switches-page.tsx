import { Box } from '@twilio-paste/core/box';
import { Heading } from '@twilio-paste/core/heading';
import { HelpText } from '@twilio-paste/core/help-text';
import { Paragraph } from '@twilio-paste/core/paragraph';
import { Radio, RadioGroup } from '@twilio-paste/core/radio-group';
import * as React from 'react';
import type { SwitchState } from '../api/types';
import { useTitle } from '../routing';
import { useAsyncData, useLive } from '../state/live';
import { LoadError, Loading } from '../widgets/load-state';

/** Changes the surroundings of the product while it runs: what happens when the mail provider refuses the key? */
export const SwitchesPage: React.FC = () => {
  useTitle('Switches');
  const { client, state } = useLive();
  const switches = useAsyncData(() => client.switches(), [client, state.live]);
  return (
    <Box maxWidth="size80" marginX="auto">
      <Heading as="h1" variant="heading10">
        Switches
      </Heading>
      <Paragraph>A change applies at once and lasts until the sandbox stops.</Paragraph>
      {switches.state === 'loading' && <Loading label="Loading the switches" />}
      {switches.state === 'failed' && <LoadError message={switches.message} />}
      {switches.state === 'loaded' &&
        switches.value.map((one) => (
          <Box key={one.id} marginBottom="space80">
            <SwitchGroup initial={one} />
          </Box>
        ))}
    </Box>
  );
};

/** Shows the chosen option only after the sandbox has confirmed it. */
const SwitchGroup: React.FC<{ initial: SwitchState }> = ({ initial: { id, title, options, value: initialValue } }) => {
  const { client } = useLive();
  const [value, setValue] = React.useState(initialValue);
  const [failure, setFailure] = React.useState('');
  async function choose(next: string): Promise<void> {
    try {
      await client.setSwitch(id, next);
      setValue(next);
      setFailure('');
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  }
  return (
    <>
      <RadioGroup name={id} legend={title} value={value} onChange={(next) => void choose(next)}>
        {options.map((option) => (
          <Radio key={option.value} id={`${id}-${option.value}`} value={option.value}>
            {option.label}
          </Radio>
        ))}
      </RadioGroup>
      <Box role="status">{failure !== '' && <HelpText variant="error">{failure}</HelpText>}</Box>
    </>
  );
};
