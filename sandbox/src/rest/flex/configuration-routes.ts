import { type FlexConfiguration, updateFlexConfiguration } from '../../flex/flex-configuration';
import { isObject } from '../../world/is-object';
import { badRequest } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import type { Fields } from '../fields';
import type { Route } from '../route';

const PATH = '/v1/Configuration';

/** The account's Flex Configuration. */
export function configurationRoutes({ flex }: World): Route[] {
  return [
    { method: 'GET', path: PATH, handle: () => ({ status: 200, body: flex.configuration }) },
    {
      method: 'POST',
      path: PATH,
      // Flex's plugin builder sends a form (@twilio/flex-plugin-scripts 7.1.2, clients/configurations.js).
      ignores: Object.keys(flex.configuration),
      handle({ json, fields }) {
        const change = json ?? readForm(fields, flex.configuration);
        if (!isObject(change)) throw badRequest('The body must be a JSON object');
        updateFlexConfiguration(flex.configuration, change);
        flex.configuration.date_updated = isoDate(Date.now());
        const text = `Flex Configuration changed: ${Object.keys(change).join(', ')}`;
        return { status: 200, body: flex.configuration, log: { text } };
      },
    },
  ];
}

/** What a form can say: texts, and lists of texts where the property is a list. */
function readForm(fields: Fields, configuration: FlexConfiguration): Record<string, unknown> {
  return Object.fromEntries(
    fields.names().map((name) => [name, Array.isArray(configuration[name]) ? fields.all(name) : fields.text(name)]),
  );
}
