import type { Harness } from '../harness';
import { type Click, isOk, type Reply } from './click';
import { askFlex } from './flex-request';
import { entryIdOf, handling, openTasksOf, problemsOfOneTask, taskStep, tasksOf } from './invariants';
import { prepareSave, readPanel, save } from './save-click';

const callerNumber = (n: number) => `+1202555${2000 + n}`;

/** A callback in line, made by another program. */
export async function createCallback(harness: Harness, n: number) {
  const params = {
    numberToCall: callerNumber(n),
    numberToCallFrom: harness.numbers.support,
    idempotencyKey: `key ${n}`,
  };
  expect((await harness.post('studio/create-callback', params)).status).toBe(200);
  const task = harness.productTasks().at(-1)!;
  return { sid: task.sid, id: entryIdOf(task) };
}

export async function leaveVoicemail(harness: Harness, n: number) {
  const caller = await harness.dial({ to: harness.numbers.voicemail, from: callerNumber(n) });
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(20_000);
  const id = `voicemail-${caller.sid}-1`;
  return { id, sid: tasksOf(harness, id)[0]!.sid };
}

/** What agents and supervisors click; each is judged by what was answered and by what is there. */
export const CLICKS: Click[] = [
  {
    name: 'Try again later',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await createCallback(harness, n);
      harness.world.tasks.update(sid, { assignmentStatus: 'assigned' });
      const isSaid = (reply: Reply) => isOk(reply) || (!reply.isLost && reply.body.code === 'already-requeued');
      return {
        click: () => askFlex(harness, 'requeue-callback', sue, { TaskSid: sid, Voicemail: id }),
        react(reply) {
          // The plugin ends the agent's task as well.
          if (isSaid(reply) && harness.task(sid).assignmentStatus === 'assigned')
            harness.world.tasks.update(sid, { assignmentStatus: 'completed' });
        },
        async problems(answers) {
          const problems = await problemsOfOneTask(harness, id);
          const [task] = openTasksOf(harness, id);
          const isBack = task !== undefined && task.sid !== sid;
          if (answers.some(isSaid) && !isBack) problems.push('said to be put back, and it is not');
          if (!answers.some(isSaid) && isBack && answers.every(({ isLost }) => !isLost))
            problems.push('said not to be put back, and it is');
          const { attempts } = (task?.attributes.callBackData ?? {}) as { attempts?: number };
          if (task && attempts !== (isBack ? 1 : 0)) problems.push(`${attempts} attempts`);
          return problems;
        },
        ...handling(harness, id),
      };
    },
  },
  {
    name: 'Put back in line, a lost task',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await createCallback(harness, n);
      harness.world.tasks.remove(sid);
      await harness.runOutboxSweep();
      expect((await taskStep(harness, id)).state).toBe('lost');
      return {
        click: () => askFlex(harness, 'restore-task', sue, { Voicemail: id }),
        async problems(answers) {
          const { state } = await taskStep(harness, id);
          // A supervisor still sees it as lost.
          if (!answers.some(isOk) && state === 'lost' && openTasksOf(harness, id).length === 0) return [];
          return problemsOfOneTask(harness, id);
        },
      };
    },
  },
  {
    name: 'Put back in line, a held task',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await createCallback(harness, n);
      harness.world.tasks.update(sid, { assignmentStatus: 'assigned' });
      return {
        click: () => askFlex(harness, 'restore-task', sue, { Voicemail: id }),
        async problems(answers) {
          const problems = await problemsOfOneTask(harness, id);
          if (answers.some(isOk) && openTasksOf(harness, id)[0]?.sid === sid)
            problems.push('said to be put back, and it is not');
          return problems;
        },
        ...handling(harness, id),
      };
    },
  },
  {
    name: 'Delete',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await leaveVoicemail(harness, n);
      const { recording } = (await harness.document(id)) as { recording: { recordingSid: string } };
      const { recordingSid } = recording;
      const isAtTwilio = () =>
        harness.recordings().some((one) => one.sid === recordingSid) || harness.transcriptions(recordingSid).length > 0;
      const problemsNow = async (isSaid: boolean) => {
        const problems: string[] = [];
        const entry = (await harness.document(id)) as { recording: { state: string }; transcript: { state: string } };
        const isDeleted = entry.recording.state === 'deleted';
        if (isSaid && !isDeleted) problems.push(`said to be deleted, and the entry says ${entry.recording.state}`);
        if (isSaid && isAtTwilio()) problems.push('said to be deleted, and Twilio has it');
        if (isDeleted && entry.transcript.state !== 'none') problems.push('its transcript is kept');
        return problems;
      };
      return {
        click: () => askFlex(harness, 'delete-voicemail', sue, { TaskSid: sid }),
        problemsAtOnce: (answers) => problemsNow(answers.some(isOk)),
        async problems(answers) {
          const problems = await problemsNow(answers.some(isOk));
          const { state } = ((await harness.document(id)) as { recording: { state: string } }).recording;
          const has = harness.recordings().some((one) => one.sid === recordingSid);
          if (has !== (state === 'completed')) problems.push(`the entry says ${state}; at Twilio: ${has}`);
          const { callBackData } = harness.task(sid).attributes;
          const isShown = /transcriptText|recordingSid/.test(JSON.stringify(callBackData));
          if (isShown !== has) problems.push(`on the task: ${isShown}; at Twilio: ${has}`);
          return problems.concat(await problemsOfOneTask(harness, id));
        },
      };
    },
  },
  { name: 'Save, the first time', prepare: prepareSave },
  {
    name: 'Save',
    async prepare(stage, n) {
      const { settings } = await readPanel(stage);
      if (settings.saved === undefined && n === 0) await save(stage, stage.sue, await readPanel(stage), 'start');
      return prepareSave(stage, n);
    },
  },
  ...['one', 'all'].map(
    (which): Click => ({
      name: `Send again, ${which}`,
      async prepare({ harness, sue }, n) {
        const removeFault = harness.injectFault({
          host: 'api.mailgun.net',
          method: 'POST',
          kind: 'status',
          status: 400,
        });
        const { id } = await leaveVoicemail(harness, n);
        removeFault();
        const step = async () =>
          ((await harness.document(id)) as { email: { state: string; lastError?: string } }).email;
        expect((await step()).state).toBe('failed');
        const name = `-0${callerNumber(n).slice(-3)}`;
        const copies = async () =>
          (await harness.mails()).filter(({ header }) => header('message-id')?.includes(id)).length;
        return {
          click: () => askFlex(harness, 'email-resend', sue, which === 'all' ? { All: 'true' } : { Voicemail: id }),
          async problems(answers) {
            const { state, lastError } = await step();
            const sent = await copies();
            const problems: string[] = [];
            if (sent > 1) problems.push(`${name}: ${sent} mails`);
            if ((state === 'sent') !== (sent === 1)) problems.push(`the entry says ${state}, and ${sent} mails`);
            if (state !== 'sent' && lastError === undefined) problems.push(`${state} without a reason`);
            const isSaid = answers.some((reply) => isOk(reply) && reply.body.sent === 1);
            if (isSaid && sent !== 1) problems.push(`said to be sent, and ${sent} mails`);
            const isQueued = answers.some((reply) => isOk(reply) && reply.body.queued === 1);
            if (isQueued && sent !== 1) problems.push(`said to be sent soon, and ${sent} mails`);
            return problems;
          },
        };
      },
    }),
  ),
  {
    name: 'Send a test mail',
    async prepare({ harness }, n) {
      const address = `test${n}@example.com`;
      // Each supervisor may send five an hour.
      await harness.advance(20 * 60_000);
      const sue = harness.signIn(`sue ${n}`, ['supervisor'], 'Offline');
      return {
        click: () => askFlex(harness, 'email-test', sue, { Address: address }),
        async problems(answers) {
          const sent = (await harness.mails()).filter(({ to }) => to.join().includes(address)).length;
          const said = answers.filter(isOk).length;
          const isOpen = ({ body, isLost }: Reply) =>
            isLost === true || (body.provider as { problem?: string } | undefined)?.problem === 'unreachable';
          const most = said + answers.filter(isOpen).length;
          return sent >= said && sent <= most
            ? []
            : [`${said} of ${answers.length} said to be sent, and ${sent} mails`];
        },
      };
    },
  },
  {
    name: 'opening the card',
    async prepare(stage, n) {
      const { harness } = stage;
      const { sid, id } = await createCallback(harness, n);
      const sam = harness.signIn(`sam ${n}`);
      await harness.advance(1_000);
      harness.accept(sam, sid);
      return {
        click: () => askFlex(harness, 'voicemail', sam, { TaskSid: sid }),
        async problems(answers) {
          harness.world.taskRouter.setActivity(sam.sid, 'Offline');
          const wrong = answers.filter((reply) => !reply.isLost && !isOk(reply));
          return [...wrong.map(({ status }) => `answered ${status}`), ...(await problemsOfOneTask(harness, id))];
        },
        ...handling(harness, id),
      };
    },
  },
  {
    name: 'listening to the message',
    async prepare({ harness, sue }, n) {
      const { sid, id } = await leaveVoicemail(harness, n);
      return {
        click: () => askFlex(harness, 'voicemail-audio', sue, { TaskSid: sid, Start: '0' }),
        async problems(answers) {
          const { listenedBy = [] } = (await harness.document(id)) as { listenedBy?: unknown[] };
          const wrong = answers.filter((reply) => !reply.isLost && !isOk(reply));
          const problems = wrong.map(({ status }) => `answered ${status}`);
          if (listenedBy.length > 1) problems.push(`${listenedBy.length} listeners`);
          return problems.concat(await problemsOfOneTask(harness, id));
        },
      };
    },
  },
];
