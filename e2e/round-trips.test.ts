import type { RequestRecord } from '../sandbox/src/world/types';
import { roundsInSeries } from './support/round-trips';

const request = (arrived: number, answered?: number): RequestRecord => ({
  at: 0,
  arrived,
  answered,
  host: 'x',
  method: 'GET',
  path: '/',
  query: '',
});

test('what overlaps is one round, what follows an answer is another', () => {
  expect(roundsInSeries([])).toBe(0);
  expect(roundsInSeries([request(1, 4), request(2, 3)])).toBe(1);
  expect(roundsInSeries([request(1, 2), request(3, 4), request(5, 6)])).toBe(3);
  expect(roundsInSeries([request(1, 6), request(2, 3), request(4, 5)])).toBe(2);
});

test('a request never answered is followed by nothing', () => {
  expect(roundsInSeries([request(1), request(2, 3)])).toBe(1);
});
