import { AUDIT_ACTIONS, type AuditAction } from '@callback-and-voicemail/contract/audit';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import * as React from 'react';
import type { AuditQuery } from '../../functions-client/email-admin-client';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { SelectField } from '../SelectField';
import { ACTION_LABELS } from './describe-audit';

interface Props {
  filters: AuditQuery;
  onChange: (filters: AuditQuery) => void;
}

/** By day, person, act, and voicemail or callback. */
export const AuditFilters: React.FC<Props> = ({ filters, onChange }) => {
  const { t } = useEmailAdmin().translator;
  const apply = (change: Partial<AuditQuery>) => onChange({ ...filters, ...change });
  const options: { value: AuditAction | ''; label: string }[] = [
    { value: '', label: t('AuditAllActs') },
    ...AUDIT_ACTIONS.map((value) => ({ value, label: t(ACTION_LABELS[value]) })),
  ];
  return (
    <Box display="flex" flexWrap="wrap" columnGap="space40" rowGap="space30" alignItems="flex-end">
      <DayField label={t('AuditFrom')} value={filters.from} onChange={(from) => apply({ from })} />
      <DayField label={t('AuditTo')} value={filters.to} onChange={(to) => apply({ to })} />
      <SelectField
        label={t('AuditAction')}
        value={filters.act ?? ''}
        options={options}
        onChange={(act) => apply({ act: act === '' ? undefined : act })}
      />
      <TextFilter label={t('AuditWorker')} value={filters.worker} onChange={(worker) => apply({ worker })} />
      <TextFilter
        label={t('AuditVoicemail')}
        value={filters.voicemail}
        onChange={(voicemail) => apply({ voicemail })}
      />
      {Object.values(filters).some(Boolean) && (
        <Button variant="link" size="small" onClick={() => onChange({})}>
          {t('HistoryClear')}
        </Button>
      )}
    </Box>
  );
};

interface FieldProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

const DayField: React.FC<FieldProps> = ({ label, value = '', onChange }) => {
  const id = useId('day');
  return (
    <Box>
      <Label htmlFor={id}>{label}</Label>
      <Input id={id} type="date" value={value} onChange={({ target }) => onChange(target.value || undefined)} />
    </Box>
  );
};

/** Applied when it is left or with Enter, since each change sends a request. */
const TextFilter: React.FC<FieldProps> = ({ label, value = '', onChange }) => {
  const id = useId('text');
  const [typed, setTyped] = React.useState(value);
  React.useEffect(() => setTyped(value), [value]);
  const apply = () => typed.trim() !== value && onChange(typed.trim() || undefined);
  return (
    <Box>
      <Label htmlFor={id}>{label}</Label>
      <Input
        id={id}
        type="text"
        autoComplete="off"
        maxLength={100}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={apply}
        onKeyDown={({ key }) => key === 'Enter' && apply()}
      />
    </Box>
  );
};
