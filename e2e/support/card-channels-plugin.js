// A Flex plugin of the least size: tasks of type `callback` and `voicemail` are no phone calls (docs/flex-protocols.md 4).
(() => {
  const { Flex } = window.Twilio;
  class CardChannels {
    constructor() {
      this.name = 'card-channels';
    }
    init(flex) {
      for (const type of ['callback', 'voicemail']) {
        const isOne = (task) => task.taskChannelUniqueName === 'voice' && task.attributes.taskType === type;
        flex.TaskChannels.register(
          flex.DefaultTaskChannels.createDefaultTaskChannel(type, isOne, 'Voice', 'VoiceBold', '#0263E0'),
        );
      }
      document.documentElement.dataset.plugin = 'ready';
    }
  }
  Flex.Plugins.init(CardChannels);
})();
