const { TestEnvironment } = require('jest-environment-node');

/**
 * Prints what the browser's pages show at the moment a test fails: a list of results is all that some machines keep.
 * Tests name their pages with `reportPagesOnFailure` (e2e/support/page-report.ts).
 */
class PageReportEnvironment extends TestEnvironment {
  async handleTestEvent({ name, test }) {
    if (name !== 'test_fn_failure' || this.global.pagesOnFailure === undefined) return;
    const report = await this.global.pagesOnFailure().catch((error) => `No report of the pages: ${error.message}`);
    console.error(`When "${test.name}" failed:\n${report}`);
  }
}

module.exports = PageReportEnvironment;
