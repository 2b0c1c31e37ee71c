import { updateFlexConfiguration } from '../../flex/flex-configuration';
import { isObject } from '../../world/is-object';
import { badRequest } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import type { Route } from '../route';

const PATH = '/v1/Configuration';

/** The account's Flex Configuration. */
export function configurationRoutes({ flex }: World): Route[] {
  return [
    { method: 'GET', path: PATH, handle: () => ({ status: 200, body: flex.configuration }) },
    {
      method: 'POST',
      path: PATH,
      handle({ json }) {
        if (!isObject(json)) throw badRequest('The body must be a JSON object');
        updateFlexConfiguration(flex.configuration, json);
        flex.configuration.date_updated = isoDate(Date.now());
        const text = `Flex Configuration changed: ${Object.keys(json).join(', ')}`;
        return { status: 200, body: flex.configuration, log: { text } };
      },
    },
  ];
}
