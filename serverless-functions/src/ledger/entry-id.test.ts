import { CALL_SID, NOW } from '../../test/ledger-fixtures';
import { chronologicalKey, isEntryId, parseListedKey, rowsKey } from './entry-id';

test.each([`callback-${CALL_SID}`, `callback-${'0'.repeat(32)}`, `voicemail-${CALL_SID}-12`])(
  '%s is the id of an entry, and its key is read back',
  (id) => {
    expect(isEntryId(id)).toBe(true);
    expect(parseListedKey(chronologicalKey(id, NOW))).toEqual({ at: NOW, id, forRows: false });
    expect(parseListedKey(rowsKey(id, NOW))).toEqual({ at: NOW, id, forRows: true });
  },
);

test.each(['callback-', `callback-${CALL_SID}-1`, `voicemail-${CALL_SID}`, `callback-${'G'.repeat(32)}`, 'x'])(
  '%s is not the id of an entry',
  (id) => {
    expect(isEntryId(id)).toBe(false);
    expect(parseListedKey(`2026-11-22T12:00:00Z_${id}`)).toBeUndefined();
  },
);
