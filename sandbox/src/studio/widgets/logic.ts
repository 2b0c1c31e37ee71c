import { badRequest } from '../../world/twilio-error';
import { evaluateCondition } from '../conditions';
import type { Condition } from '../flow-definition';
import { render } from '../templates';
import type { WidgetKind, WidgetStep } from '../widget-step';

export const trigger: WidgetKind = { enter: () => ({ kind: 'event', event: 'incomingCall' }) };

/** All values see the variables as they were before the widget. */
export const setVariables: WidgetKind = {
  enter(step) {
    Object.assign(step.context.flow.variables, step.keyValuePairs('variables'));
    return { kind: 'event', event: 'next' };
  },
};

/** The first transition whose conditions all hold. */
export const splitBasedOn: WidgetKind = {
  enter(step) {
    const place = step.widget.transitions.findIndex(
      ({ event, conditions }) => event === 'match' && conditions.every((one) => conditionMatches(step, one)),
    );
    return place >= 0 ? { kind: 'transition', place } : { kind: 'event', event: 'noMatch' };
  },
};

function conditionMatches(step: WidgetStep, condition: Condition): boolean {
  const [tested] = condition.arguments;
  const answer = evaluateCondition(
    condition.type,
    render(tested ?? '', step.context),
    render(condition.value, step.context),
  );
  if (answer === null) throw badRequest(`the sandbox does not model the condition ${condition.type} of ${step.name}`);
  return answer;
}
