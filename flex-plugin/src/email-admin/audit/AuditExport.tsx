import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import type { AuditFormat, AuditQuery } from '../../functions-client/email-admin-client';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import { type FailureCode, failureCode } from '../../functions-client/functions-error';
import { saveFile } from '../../save-file';
import { useEmailAdmin } from '../email-admin-context';

const FILES: Record<AuditFormat, { type: string; extension: string }> = {
  // The byte order mark tells spreadsheets that it is UTF-8.
  csv: { type: 'text/csv;charset=utf-8', extension: 'csv' },
  jsonl: { type: 'application/jsonl;charset=utf-8', extension: 'jsonl' },
};

/** Saves all that the filters match as a file. */
export const AuditExport: React.FC<{ filters: AuditQuery }> = ({ filters }) => {
  const { translator, exportAudit } = useEmailAdmin();
  const { t } = translator;
  const [running, setRunning] = React.useState<AuditFormat>();
  const [failure, setFailure] = React.useState<FailureCode>();
  async function run(format: AuditFormat): Promise<void> {
    setRunning(format);
    setFailure(undefined);
    try {
      const text = await exportAudit(filters, format);
      const { type, extension } = FILES[format];
      const parts = format === 'csv' ? ['\ufeff', text] : [text];
      saveFile(new Blob(parts, { type }), `audit-${new Date().toISOString().slice(0, 10)}.${extension}`);
    } catch (error) {
      setFailure(failureCode(error));
    } finally {
      setRunning(undefined);
    }
  }
  return (
    <Box>
      <Box display="flex" flexWrap="wrap" columnGap="space30" rowGap="space30">
        {(['csv', 'jsonl'] as const).map((format) => (
          <Button
            key={format}
            variant="secondary"
            size="small"
            loading={running === format}
            disabled={running !== undefined}
            onClick={() => void run(format)}
          >
            {t(format === 'csv' ? 'AuditExportCsv' : 'AuditExportLines')}
          </Button>
        ))}
      </Box>
      <Box role="alert">
        {failure !== undefined && (
          <Box marginTop="space30">
            <Callout variant="error">
              <Text as="div" color="inherit">
                {t('AuditExportFailed', { reason: t(FAILURE_MESSAGES[failure]) })}
              </Text>
            </Callout>
          </Box>
        )}
      </Box>
    </Box>
  );
};
