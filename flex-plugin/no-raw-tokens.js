// In the place of @twilio-paste/design-tokens/dist/tokens.raw.json: see webpack.config.js.
module.exports = { props: {} };
