// In the place of @twilio-paste/color-contrast-utils: see webpack.config.js.
const notMeasured = () => [];

export {
  notMeasured as getContrastRatingsOfTokensWithTextContrastRequirements,
  notMeasured as getContrastRatingsOfTokensWithUIControlContrastRequirements,
  notMeasured as getNumberOfTextFailures,
  notMeasured as getNumberOfUIControlFailures,
};
