import {
  accountedFor,
  GAP_REASONS,
  type ReconcileResponse,
  type ReconciliationTotals,
} from '@callback-and-voicemail/contract/reconciliation';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { saveFile } from '../../save-file';
import { formatNumber } from '../../strings/formats';
import { useNow } from '../../task-card/use-now';
import { useId } from '../../use-id';
import { useEmailAdmin } from '../email-admin-context';
import { toCsv, toJsonLines } from './export-items';
import { CLASS_LABELS } from './labels';
import { UnexplainedItem } from './UnexplainedItem';

/** What a run came to: how many of each kind, what nobody can explain, and all of it as a file. */
export const CompletenessResult: React.FC<{ result: ReconcileResponse }> = ({ result: { items, totals } }) => {
  const { t } = useEmailAdmin().translator;
  const now = useNow();
  const id = useId('unexplained');
  const unexplained = items.filter(({ class: of }) => of === 'unexplained');
  return (
    <>
      <Counts totals={totals} />
      {unexplained.length > 0 && (
        <Box>
          <Heading as="h3" variant="heading50" id={id} marginBottom="space0">
            {t('CompleteUnexplained')}
          </Heading>
          <Box as="ul" margin="space0" padding="space0" listStyleType="none" aria-labelledby={id}>
            {unexplained.map((item) => (
              <UnexplainedItem key={item.id} item={item} now={now} />
            ))}
          </Box>
        </Box>
      )}
      {items.length > 0 && (
        <Box display="flex" flexWrap="wrap" columnGap="space30" rowGap="space30">
          {/* The byte order mark tells spreadsheets that it is UTF-8. */}
          <Button variant="secondary" size="small" onClick={() => save(`\ufeff${toCsv(items)}`, 'text/csv', 'csv')}>
            {t('AuditExportCsv')}
          </Button>
          <Button
            variant="secondary"
            size="small"
            onClick={() => save(toJsonLines(items), 'application/jsonl', 'jsonl')}
          >
            {t('AuditExportLines')}
          </Button>
        </Box>
      )}
    </>
  );
};

const Counts: React.FC<{ totals: ReconciliationTotals }> = ({ totals }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const count = (value: number) => formatNumber(translator, value);
  const classes = (['complete', ...GAP_REASONS] as const).flatMap((of) => {
    const value = of === 'complete' ? totals.complete : (totals.explained[of] ?? 0);
    return value === 0 ? [] : [t('CompleteReason', { reason: t(CLASS_LABELS[of]), count: count(value) })];
  });
  const others = [
    ...(totals.others === 0 ? [] : [t('CompleteOthers', { count: count(totals.others) })]),
    ...(totals.unknown === 0 ? [] : [t('CompleteUnknown', { count: count(totals.unknown) })]),
  ];
  return (
    <>
      {classes.length > 0 && (
        <Box as="ul" margin="space0" paddingLeft="space60" aria-label={t('CompleteReasons')}>
          {classes.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </Box>
      )}
      {others.map((line) => (
        <Text as="div" key={line} color="colorTextWeak">
          {line}
        </Text>
      ))}
    </>
  );
};

function save(content: string, type: string, extension: string): void {
  const name = `completeness-${new Date().toISOString().slice(0, 10)}.${extension}`;
  saveFile(new Blob([content], { type: `${type};charset=utf-8` }), name);
}

/** `1,204 of 1,204, 0 unexplained`. */
export function resultSentence(
  translator: ReturnType<typeof useEmailAdmin>['translator'],
  totals: ReconciliationTotals,
): string {
  if (totals.voicemails === 0) return translator.t('CompleteNone');
  return translator.t('CompleteResult', {
    accounted: formatNumber(translator, accountedFor(totals)),
    total: formatNumber(translator, totals.voicemails),
    unexplained: formatNumber(translator, totals.unexplained),
  });
}
