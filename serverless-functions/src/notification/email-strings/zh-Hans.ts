import type { EmailStrings } from './email-strings';

export const zhHans: EmailStrings = {
  locale: 'zh-Hans',
  withheld: '未显示号码',
  subject: ({ caller, queue, length }) =>
    `来自 ${caller} 的语音留言${queue === undefined ? '' : ` · ${queue}`}${length === undefined ? '' : `（${length}）`}`,
  labels: {
    caller: '来电者',
    called: '拨打号码',
    queue: '队列',
    received: '收到时间',
    waited: '等待时间',
    length: '时长',
  },
  minutes: (count) => `${count} 分钟`,
  callBack: '回拨',
  openInFlex: '在 Flex 中打开',
  attached: (fileName) => `录音见附件：${fileName}`,
  tooLarge: '录音过大，无法作为附件发送。可以在 Flex 中该语音留言的任务里播放。',
  gone: '已无法获取录音，因此没有附件。',
  empty: '录音中没有声音，因此未附上。',
  encrypted: '录音已用贵组织的密钥加密，因此没有附件，也无法在 Flex 中播放。',
  external: '录音保存在贵组织的存储中，因此没有附件，也无法在 Flex 中播放。',
  noticeOnly: '根据管理员的设置，录音未作为附件发送。可以在 Flex 中播放。',
  listen: {
    button: '收听',
    tooLarge: '录音过大，无法作为附件发送。您可以在浏览器中收听。',
    notAttached: '录音未作为附件发送。您可以在浏览器中收听。',
    gone: '录音无法作为附件发送。您可以尝试在浏览器中收听。',
    until: (end) => `有效期至 ${end}。该链接仅供您本人使用，请勿转发。`,
  },
  linkOnly: {
    subject: '新的语音留言',
    sentence: '此邮件不含来电的任何信息。请打开 Flex 查看来电者并收听留言。',
  },
  summary: {
    subject: (usual, count) => `${usual} 及另外 ${count} 条`,
    sentence: (count) => `同一来电者还有 ${count} 条语音留言，不再单独发送邮件，可在 Flex 中查看：`,
  },
  inbox: {
    take: '由我处理',
    remind: '稍后提醒我',
    call: '通过我们的号码回电',
    reminder: '提醒：此语音留言尚未处理。',
  },
  closing: {
    handled: ({ worker, time }) => (worker === undefined ? `已处理，${time}。` : `${worker} 已处理，${time}。`),
    spoke: (length) => `最近一次回电时长 ${length}。`,
  },
  fallback: {
    sentence: (unreached) => `您作为备用收件人收到此邮件：邮件未能送达 ${unreached}。`,
    reasons: {
      'mailbox-full': '邮箱已满',
      'no-such-address': '地址不存在',
      'mailbox-disabled': '邮箱已停用',
      'too-large': '邮件对该邮箱来说太大',
      refused: '被收件人的邮件服务器拒收',
      suppressed: '在邮件服务的屏蔽名单中',
      unknown: '邮件服务器未说明明确原因',
    },
  },
  failed: '来电者留了言，但 Twilio 未能录音，因此没有可播放的内容。',
  calledBack: 'Flex 中已有回拨该来电者的任务。',
  notCalledBack: '没有创建回拨任务。',
  transcriptNote: '由机器转写，以录音为准。',
  footer: (organization, chosenBy) => {
    const of = organization === undefined ? '' : ` ${organization} 的`;
    return chosenBy === 'supervisor'
      ? `您收到此邮件，是因为${of}主管选择了您的地址接收语音留言。可以在 Flex 中更改。`
      : `您收到此邮件，是因为${of}管理员设置了您的地址接收语音留言。主管可以在 Flex 中更改。`;
  },
  test: {
    callerName: '示例来电者',
    subject: (usual) => `测试：${usual}`,
    sentence: '这是一封测试邮件。没有人来电；语音留言的邮件就是这个样子。',
    transcript: '您好，来电者说的话会这样显示。录音是一段简短的旋律。',
  },
};
