import express, { Router } from 'express';
import type { Switch, SwitchState } from '../switches';
import type { World } from '../world/types';

const toState = ({ id, title, options, read }: Switch): SwitchState => ({ id, title, options, value: read() });

/** Lists the switches and changes one. What was changed is in the log, so that a later failure explains itself. */
export function createSwitchesApi(world: World, switches: readonly Switch[]): Router {
  const router = Router();
  router.get('/switches', (_request, response) => {
    response.json(switches.map(toState));
  });
  router.put('/switches/:id', express.json({ limit: '1kb' }), async (request, response) => {
    const found = switches.find(({ id }) => id === request.params.id);
    if (!found) return void response.status(404).json({ error: 'There is no such switch.' });
    const { value } = (request.body ?? {}) as Record<string, unknown>;
    const option = found.options.find((one) => one.value === value);
    if (!option) {
      const allowed = found.options.map((one) => one.value).join(', ');
      return void response.status(400).json({ error: `\`value\` must be one of ${allowed}.` });
    }
    await found.write(option.value);
    world.eventLog.append({ source: 'sandbox', text: `From now on: ${found.title}: ${option.label}` });
    response.status(204).end();
  });
  return router;
}
