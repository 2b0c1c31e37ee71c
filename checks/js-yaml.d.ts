declare module 'js-yaml' {
  /** @throws Error for a text that is no YAML */
  export function safeLoad(text: string): unknown;
}
