// Preloaded by workers under test: their clock begins at TEST_NOW, and is set by messages.
const RealDate = Date;
let setTo = Number(process.env.TEST_NOW);
let setAt = RealDate.now();

globalThis.Date = class extends RealDate {
  constructor(...values) {
    if (values.length === 0) super(Date.now());
    else super(...values);
  }

  static now() {
    return setTo + RealDate.now() - setAt;
  }
};

process.on('message', ({ now }) => {
  setTo = now;
  setAt = RealDate.now();
  process.send({ setTo });
});
// The worker ends when it wants to, also while the test is there.
process.channel.unref();
