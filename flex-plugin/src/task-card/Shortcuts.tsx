import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { usePlugin } from '../plugin-context';
import type { StringKey } from '../strings/strings';

/** Which keys do what, and the switch for them. */
export const Shortcuts: React.FC<{ isVoicemail: boolean; isOn: boolean; onSwitch: (isOn: boolean) => void }> = ({
  isVoicemail,
  isOn,
  onSwitch,
}) => {
  const { translator, config } = usePlugin();
  const { t } = translator;
  const keys: StringKey[] = [
    ...(isVoicemail ? (['ShortcutPlay'] as const) : []),
    'ShortcutCall',
    ...(config.allowRequeue ? (['ShortcutLater'] as const) : []),
    'ShortcutHandled',
  ];
  return (
    <Box display="flex" flexWrap="wrap" columnGap="space30" alignItems="baseline">
      <Text as="span" fontSize="fontSize20" color="colorTextWeak">
        {`${t('Shortcuts')} · ${isOn ? keys.map((key) => t(key)).join(' · ') : t('ShortcutsOff')}`}
      </Text>
      <Button
        variant="link"
        size="reset"
        aria-label={`${t(isOn ? 'ShortcutsTurnOff' : 'ShortcutsTurnOn')}: ${t('Shortcuts')}`}
        onClick={() => onSwitch(!isOn)}
      >
        {t(isOn ? 'ShortcutsTurnOff' : 'ShortcutsTurnOn')}
      </Button>
    </Box>
  );
};
