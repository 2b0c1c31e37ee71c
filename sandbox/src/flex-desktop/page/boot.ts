/** Last script of the page: starts Flex as documented, and sets the outcome on <html>. */
interface Flex {
  progress(container: HTMLElement): { provideLoginInfo(config: unknown, container: HTMLElement): Promise<unknown> };
  create(config: unknown): Promise<{ manager: unknown; init(container: HTMLElement): unknown }>;
  errorPage?(error: unknown, container: HTMLElement): void;
}
const page = window as unknown as { Twilio: { Flex: Flex }; appConfig: unknown; Flex?: Flex; manager?: unknown };

async function boot(): Promise<void> {
  const { Flex } = page.Twilio;
  const container = document.getElementById('container')!;
  page.Flex = Flex;
  try {
    await Flex.progress(container).provideLoginInfo(page.appConfig, container);
    const flex = await Flex.create(page.appConfig);
    page.manager = flex.manager;
    flex.init(container);
    document.documentElement.dataset.flex = 'ready';
  } catch (error) {
    console.error('Flex did not start', error);
    document.documentElement.dataset.flex = 'failed';
    Flex.errorPage?.(error, container);
  }
}
void boot();
