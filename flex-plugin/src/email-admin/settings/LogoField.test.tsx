import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { renderSettings } from '../../../test/email-admin-harness';
import { FooterField } from './FooterField';
import { LogoField } from './LogoField';
import { measureLogo } from './measure-logo';

/** jsdom loads no pictures: what a browser would find at an address. */
function stubImages(sizes: Record<string, [width: number, height: number]>): void {
  class StubImage {
    onload?: () => void;
    onerror?: () => void;
    naturalWidth = 0;
    naturalHeight = 0;
    set src(url: string) {
      const size = sizes[url];
      if (size !== undefined) [this.naturalWidth, this.naturalHeight] = size;
      setTimeout(() => (size === undefined ? this.onerror?.() : this.onload?.()), 0);
    }
  }
  jest.spyOn(window, 'Image').mockImplementation(() => new StubImage() as unknown as HTMLImageElement);
}

afterEach(() => jest.restoreAllMocks());

test.each([
  ['https://example.com/wide.png', { width: 1_200, height: 100 }],
  ['https://example.com/huge.png', { width: 10_000, height: 500 }],
  ['https://example.com/no-size.svg', undefined],
  ['https://example.com/missing.png', undefined],
])('the logo at %s has the size %j', async (url, expected) => {
  stubImages({
    'https://example.com/wide.png': [1_200, 100],
    'https://example.com/huge.png': [20_000, 1_000],
    'https://example.com/no-size.svg': [0, 0],
  });
  expect(await measureLogo(url)).toEqual(expected);
});

test('the size of a logo is saved with its address, and goes when the address changes', async () => {
  stubImages({ 'https://example.com/wide.png': [1_200, 100] });
  const user = userEvent.setup({ delay: null });
  const panel = await renderSettings((form) => <LogoField form={form} />);
  const field = screen.getByLabelText('Logo URL');
  const settings = () => panel.state().settings.draft?.settings;
  await user.type(field, 'https://example.com/wide.png');
  await waitFor(() => expect(settings()?.logo_size).toEqual({ width: 1_200, height: 100 }));
  await user.type(field, 'x');
  expect(settings()).toMatchObject({ logo_url: 'https://example.com/wide.pngx' });
  expect(settings()?.logo_size).toBeUndefined();
});

test('a logo at a host that is not allowed is refused and not fetched', async () => {
  stubImages({ 'https://evil.com/wide.png': [1_200, 100] });
  const user = userEvent.setup({ delay: null });
  const panel = await renderSettings((form) => <LogoField form={form} />);
  expect(screen.getByText('An image on the web, https://… · example.com')).toBeInTheDocument();
  await user.type(screen.getByLabelText('Logo URL'), 'https://evil.com/wide.png');
  expect(await screen.findByText('The domain of “evil.com” is not allowed.')).toBeInTheDocument();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(panel.state().settings.draft?.settings.logo_size).toBeUndefined();
  expect(window.Image).not.toHaveBeenCalled();
});

test('the footer may have several lines', async () => {
  const user = userEvent.setup({ delay: null });
  const panel = await renderSettings((form) => <FooterField form={form} />);
  await user.type(screen.getByLabelText('Footer'), 'Clinic North{Enter}Ask Eve');
  expect(panel.state().settings.draft?.settings).toMatchObject({ footer: 'Clinic North\nAsk Eve' });
});
