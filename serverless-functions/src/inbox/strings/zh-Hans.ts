import type { InboxStrings } from './inbox-strings';

export const zhHans: InboxStrings = {
  title: '谁来处理',
  mine: (time) => `您已接手此留言，${time}。`,
  taken: (by, time) => `${by} 已接手此留言，${time}。`,
  held: (by, time) => `自 ${time} 起，${by} 在 Flex 中处理此留言。`,
  handled: ({ by, time }) => `${by === undefined ? '' : `${by} `}已处理${time === undefined ? '' : `，${time}`}。`,
  closed: '没有需要处理的事项。',
  call: {
    calling: (ending) => `我们正在拨打您尾号 ${ending} 的电话。请接听并按 1。`,
    connecting: '您已接听，我们正在拨打来电者的电话。',
    spoke: (length) => `您与来电者通话 ${length}。`,
    'not-reached': '未能联系到来电者。',
    'not-answered': '您的电话无人接听，或没有按 1。',
    unknown: '通话已结束。',
  },
  reminded: (time) => `如届时仍未处理，您将收到提醒邮件，${time}。`,
  hints: {
    take: '其他收件人和 Flex 中的座席会看到由您接手。在处理完毕之前，它仍在队列中。',
    finish: '不再需要其他人回电，也不再分配给座席。',
    call: ({ ending, shown }) =>
      `我们先拨打您尾号 ${ending} 的电话，再拨打来电者。来电者看到的号码是 ${shown}。同时由您接手此留言。`,
    remind: '您将在同一会话中再收到一封邮件。',
  },
  lacksPhone: '如需通过我们的号码回电，请让选择收件人的主管添加您的电话号码。',
  finish: '已处理',
  giveBack: '交还',
  remindWhen: { hour: '一小时后', 'four-hours': '四小时后', tomorrow: '明天 9 点' },
  back: '返回留言',
  failures: {
    'too-often': { title: '此链接的操作过多', advice: '没有执行。请一小时后再试。' },
    unavailable: { title: '不确定是否已执行', advice: '请返回留言查看。如果没有执行，请过几分钟再试。' },
  },
  problems: {
    'act-off': { title: '不提供此操作', advice: '您的组织没有为此留言提供此操作。没有任何更改。' },
    'page-expired': { title: '页面打开时间过长', advice: '没有执行任何操作。请重新打开页面查看当前情况。' },
    'taken-by-other': { title: '已由他人接手', advice: '没有执行任何操作。请重新打开页面查看由谁接手。' },
    'held-by-agent': { title: '座席正在处理', advice: '没有执行任何操作：Flex 中的座席正在处理此留言。' },
    handled: { title: '已经处理', advice: '没有执行任何操作，也没有需要处理的事项。' },
    'no-phone': { title: '无法拨打您的电话', advice: '请让选择收件人的主管检查设置中的电话号码。' },
    'call-under-way': { title: '通话正在进行', advice: '没有执行任何操作：请等待此留言的通话结束。' },
  },
};
