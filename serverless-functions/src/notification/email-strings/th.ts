import type { EmailStrings } from './email-strings';

export const th: EmailStrings = {
  locale: 'th',
  withheld: 'ไม่แสดงหมายเลข',
  subject: ({ caller, queue, length }) =>
    `ข้อความเสียงจาก ${caller}${queue === undefined ? '' : ` ถึง ${queue}`}${length === undefined ? '' : ` (${length})`}`,
  labels: {
    caller: 'ผู้โทร',
    called: 'โทรมาที่',
    queue: 'คิว',
    received: 'ได้รับเมื่อ',
    waited: 'รอสาย',
    length: 'ความยาว',
  },
  minutes: (count) => `${count} นาที`,
  callBack: 'โทรกลับ',
  openInFlex: 'เปิดใน Flex',
  attached: (fileName) => `แนบเสียงบันทึกมาด้วย: ${fileName}`,
  tooLarge: 'เสียงบันทึกมีขนาดใหญ่เกินกว่าจะแนบได้ ฟังได้ใน Flex ที่งานของข้อความเสียงนี้',
  gone: 'ไม่สามารถดึงเสียงบันทึกได้แล้ว จึงไม่ได้แนบมา',
  empty: 'การบันทึกไม่มีเสียง จึงไม่ได้แนบมา',
  encrypted: 'เสียงบันทึกเข้ารหัสด้วยกุญแจขององค์กรของคุณ จึงไม่ได้แนบมาและฟังใน Flex ไม่ได้',
  external: 'เสียงบันทึกเก็บอยู่ในที่จัดเก็บขององค์กรของคุณ จึงไม่ได้แนบมาและฟังใน Flex ไม่ได้',
  noticeOnly: 'ไม่ได้แนบเสียงบันทึกตามที่ผู้ดูแลระบบตั้งค่าไว้ ฟังได้ใน Flex',
  linkOnly: {
    subject: 'ข้อความเสียงใหม่',
    sentence: 'อีเมลนี้ไม่มีรายละเอียดของสาย เปิด Flex เพื่อดูว่าใครโทรมาและฟังข้อความ',
  },
  summary: {
    subject: (usual, count) => `${usual} และอีก ${count} ข้อความ`,
    sentence: (count) => `มีข้อความเสียงจากผู้โทรคนเดียวกันอีก ${count} ข้อความ ซึ่งไม่ได้ส่งอีเมลแยก ดูได้ใน Flex:`,
  },
  closing: {
    handled: ({ worker, time }) => (worker === undefined ? `ดำเนินการแล้ว ${time}` : `ดำเนินการโดย ${worker} ${time}`),
    spoke: (length) => `การโทรหาผู้โทรครั้งล่าสุดใช้เวลา ${length}`,
  },
  fallback: {
    sentence: (unreached) =>
      `คุณได้รับอีเมลนี้ในฐานะผู้รับสำรอง เพราะส่งถึง ${unreached} ไม่สำเร็จ`,
    reasons: {
      'mailbox-full': 'กล่องจดหมายเต็ม',
      'no-such-address': 'ไม่มีที่อยู่นี้',
      'mailbox-disabled': 'กล่องจดหมายถูกปิดใช้งาน',
      'too-large': 'อีเมลใหญ่เกินไปสำหรับกล่องจดหมาย',
      refused: 'เซิร์ฟเวอร์ของผู้รับปฏิเสธ',
      suppressed: 'อยู่ในรายการระงับของบริการอีเมล',
      unknown: 'เซิร์ฟเวอร์ไม่บอกเหตุผลที่ชัดเจน',
    },
  },
  failed: 'ผู้โทรฝากข้อความไว้ แต่ Twilio บันทึกเสียงไม่สำเร็จ จึงไม่มีเสียงให้ฟัง',
  calledBack: 'มีงานโทรกลับหาผู้โทรอยู่ใน Flex',
  notCalledBack: 'ไม่มีการสร้างงานโทรกลับ',
  transcriptNote: 'ถอดเสียงโดยเครื่อง ให้ยึดเสียงบันทึกเป็นหลัก',
  footer: (organization, chosenBy) => {
    const of = organization === undefined ? '' : `ของ ${organization} `;
    return chosenBy === 'supervisor'
      ? `คุณได้รับอีเมลนี้เพราะหัวหน้างาน${of}เลือกที่อยู่ของคุณไว้สำหรับข้อความเสียง และเปลี่ยนได้ใน Flex`
      : `คุณได้รับอีเมลนี้เพราะผู้ดูแลระบบ${of}กำหนดที่อยู่ของคุณไว้สำหรับข้อความเสียง หัวหน้างานเปลี่ยนได้ใน Flex`;
  },
  test: {
    callerName: 'อนา ตัวอย่าง',
    subject: (usual) => `ทดสอบ: ${usual}`,
    sentence: 'นี่คือการทดสอบ ไม่มีใครโทรมา ข้อความเสียงจะมีหน้าตาแบบนี้',
    transcript: 'สวัสดีค่ะ คำพูดของผู้โทรจะแสดงแบบนี้ เสียงบันทึกเป็นทำนองสั้น ๆ',
  },
};
