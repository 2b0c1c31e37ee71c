import { SetupError } from './setup-error';

/**
 * Fills a template's `${name}`, as Terraform's `templatefile` does (the language that both read).
 * https://developer.hashicorp.com/terraform/language/functions/templatefile
 * @param values a value that is not known yet is undefined, and its `${name}` stays
 * @throws SetupError for a name that has no value at all
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return template.replace(/\$\{(\w+)\}/g, (whole, name: string) => {
    if (!(name in values))
      throw new SetupError('template', `The template names \${${name}}, which has no value`, 'Correct the template.');
    return values[name] ?? whole;
  });
}
