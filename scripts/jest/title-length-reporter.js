const MAX_TITLE_LENGTH = 100;
const MAX_SHOWN = 20;

/** Fails the run when the title of a test is too long to be read in a list of results. */
class TitleLengthReporter {
  constructor() {
    this.tooLong = [];
  }

  onTestResult(_test, { testResults }) {
    for (const { title, ancestorTitles } of testResults)
      for (const one of [title, ...ancestorTitles]) if (one.length > MAX_TITLE_LENGTH) this.tooLong.push(one);
  }

  getLastError() {
    const titles = [...new Set(this.tooLong)];
    if (titles.length === 0) return undefined;
    const shown = titles.slice(0, MAX_SHOWN).map((title) => `  ${title.length}: ${title.slice(0, MAX_TITLE_LENGTH)}`);
    return new Error(`Titles over ${MAX_TITLE_LENGTH} characters: ${titles.length}\n${shown.join('\n')}`);
  }

  onRunComplete() {
    const error = this.getLastError();
    if (error !== undefined) console.error(error.message);
  }
}

module.exports = TitleLengthReporter;
