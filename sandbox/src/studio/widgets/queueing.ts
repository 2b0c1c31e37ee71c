import VoiceResponse from 'twilio/lib/twiml/VoiceResponse';
import { badRequest } from '../../world/twilio-error';
import type { WidgetKind, WidgetStep } from '../widget-step';

interface EnqueueOptions {
  queueName?: string;
  workflowSid?: string;
  waitUrl: string;
  waitUrlMethod: string;
  attributes: string;
}

function enqueue(step: WidgetStep, { queueName, workflowSid, ...names }: EnqueueOptions): string {
  const twiml = new VoiceResponse();
  const waitUrl = step.text(names.waitUrl);
  const verb = twiml.enqueue(
    {
      action: step.eventUrl('dequeued'),
      method: 'POST',
      ...(workflowSid === undefined ? {} : { workflowSid }),
      ...(waitUrl === undefined ? {} : { waitUrl, waitUrlMethod: step.method(names.waitUrlMethod) }),
    },
    workflowSid === undefined ? (queueName ?? '') : '',
  );
  if (workflowSid !== undefined) {
    const priority = step.number('priority');
    const timeout = step.number('timeout');
    verb.task(
      { ...(priority === undefined ? {} : { priority }), ...(timeout === undefined ? {} : { timeout }) },
      step.text(names.attributes) ?? '{}',
    );
  }
  return twiml.toString();
}

/** The result of the call in the queue (values of QueueResult: docs/voice/twiml/enqueue). */
function queueTransition(flowEvent: string, { QueueResult }: Readonly<Record<string, string>>): string | null {
  if (flowEvent !== 'dequeued') return null;
  if (QueueResult === 'hangup') return 'callFailure';
  return ['error', 'system-error', 'queue-full'].includes(QueueResult ?? '') ? 'failedToEnqueue' : 'callComplete';
}

export const sendToFlex: WidgetKind = {
  enter(step) {
    step.required('channel');
    const workflowSid = step.required('workflow');
    const names = { waitUrl: 'waitUrl', waitUrlMethod: 'waitUrlMethod', attributes: 'attributes' };
    return { kind: 'twiml', twiml: enqueue(step, { workflowSid, ...names }) };
  },
  resume: queueTransition,
};

export const enqueueCall: WidgetKind = {
  enter(step) {
    const workflowSid = step.text('workflow_sid');
    const queueName = step.text('queue_name');
    if (workflowSid === undefined && queueName === undefined) {
      throw badRequest(`${step.name} has neither queue_name nor workflow_sid`);
    }
    const names = { waitUrl: 'wait_url', waitUrlMethod: 'wait_url_method', attributes: 'task_attributes' };
    return { kind: 'twiml', twiml: enqueue(step, { workflowSid, queueName, ...names }) };
  },
  resume: queueTransition,
};
