import { closeHarnesses } from '../../support/harness';
import { playMatrix } from '../../support/mail-matrix/play-matrix';
import { isSoak } from '../../support/sampling';

afterEach(closeHarnesses);
if (isSoak) jest.setTimeout(3_600_000);

test('whatever fails, by twilio each recipient gets one mail or a reason, and there is one task', async () => {
  expect(await playMatrix('twilio')).toEqual([]);
});
