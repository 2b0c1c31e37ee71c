const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

const root = path.resolve(__dirname, '../..');
const DURATIONS_FILE = path.join(__dirname, 'test-durations.json');

/**
 * Runs the longest test files first, so that no worker is left alone with a long file at the end. Durations come from
 * `test-durations.json`, which `npm test -- --record-durations` writes. Jest itself sorts by file size on a fresh
 * clone, which puts short files with many generated tests last.
 */
class LongestFirstSequencer extends Sequencer {
  sort(tests) {
    const recorded = existsSync(DURATIONS_FILE) ? JSON.parse(readFileSync(DURATIONS_FILE, 'utf8')) : {};
    const durationOf = ({ path: file }) => recorded[path.relative(root, file).replaceAll(path.sep, '/')] ?? Infinity;
    const byName = (a, b) => (a.path < b.path ? -1 : 1);
    // Files without a record are new: they run first, since they may be long.
    return [...tests].sort((a, b) => {
      const [first, second] = [durationOf(a), durationOf(b)];
      return first === second ? byName(a, b) : second - first;
    });
  }

  /** Parts of about the same length; Jest's own have the same number of files. */
  shard(tests, { shardIndex, shardCount }) {
    return this.sort(tests).filter((_test, n) => n % shardCount === shardIndex - 1);
  }
}

module.exports = LongestFirstSequencer;
