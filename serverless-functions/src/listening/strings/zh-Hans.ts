import type { ListenStrings } from './listen-strings';

export const zhHans: ListenStrings = {
  recording: '录音',
  transcript: '文字转写',
  details: '详情',
  back: '后退 10 秒',
  forward: '前进 10 秒',
  speed: '速度',
  download: '下载',
  downloading: '正在下载：{percent}%',
  downloaded: '已下载。',
  loading: '正在加载：{percent}%',
  failed: '无法加载录音。请重新加载此页面再试。',
  withoutScript: '下载需要 JavaScript。',
  until: (end) => `有效期至 ${end}。该链接仅供您本人使用，请勿转发。`,
  problems: {
    'bad-link': { title: '此链接无效', advice: '请重新打开邮件中的链接。如果链接很长，请完整复制。' },
    expired: { title: '此链接已过期', advice: '请让使用 Flex 的同事播放该语音留言，或重新发送邮件。' },
    'recipient-removed': { title: '此链接不再属于您', advice: '您的地址不再接收此语音留言。请联系选择收件人的主管。' },
    'recording-deleted': { title: '录音已删除', advice: '已经没有可收听的内容。' },
    'links-off': {
      title: '此语音留言只能在 Flex 中收听',
      advice: '您的组织目前不通过链接提供录音。请联系使用 Flex 的同事。',
    },
    'recording-encrypted': { title: '录音已加密', advice: '只有您组织的私钥才能打开。请向管理员索取录音。' },
    'recording-external': { title: '录音存储在别处', advice: '录音在您组织的存储中。请向管理员索取录音。' },
    'no-recording': { title: '录音没有声音', advice: '没有可收听的内容。' },
    'too-often': { title: '此链接打开次数过多', advice: '请等待一小时后再打开。' },
    'not-configured': { title: '尚未设置收听功能', advice: '请告知管理员：Functions 没有用于签署链接的密钥。' },
    unavailable: { title: '目前无法使用', advice: '请过几分钟重新加载此页面。' },
    sample: {
      title: '此链接可用',
      advice: '它来自测试邮件，因此没有录音。语音留言的链接会在这里打开播放器。',
    },
  },
};
