import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { readSchema } from '../schema-file';
import { FlowDefinitionError, parseFlowDefinition } from './flow-definition';

/** What is wrong with a definition, in the form of a flow's `errors` (OpenAPI studio v2, Flow). */
export interface FlowProblem {
  message: string;
  /** A JSON pointer, e.g. `#/states/2/properties/url`. */
  property_path: string;
}

let validate: ValidateFunction | undefined;

/** The problems for which Studio would not take a definition: its form, its widgets' properties, its transitions. */
export function findFlowProblems(definition: unknown): FlowProblem[] {
  validate ??= new Ajv({ strict: false, allErrors: true }).compile(readSchema('studio-flow.schema.json') as object);
  const formProblems = validate(definition) ? [] : (validate.errors ?? []).filter(isSpecific).map(toProblem);
  if (formProblems.length > 0) return formProblems;
  try {
    parseFlowDefinition('It', definition);
    return [];
  } catch (error) {
    if (!(error instanceof FlowDefinitionError)) throw error;
    return error.problems.map((message) => ({ message, property_path: '#' }));
  }
}

/** That one of a schema's alternatives failed says nothing beside what failed in it. */
function isSpecific({ keyword }: ErrorObject): boolean {
  return keyword !== 'if' && keyword !== 'allOf';
}

function toProblem({ instancePath, message = 'is not valid', params }: ErrorObject): FlowProblem {
  const property = (params as { additionalProperty?: string }).additionalProperty;
  return { message: property === undefined ? message : `${message}: ${property}`, property_path: `#${instancePath}` };
}
