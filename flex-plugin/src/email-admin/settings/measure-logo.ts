import type { EmailSettings } from '@callback-and-voicemail/contract/email-settings';

type LogoSize = NonNullable<EmailSettings['logo_size']>;

/** What the settings can hold; only proportions matter beyond. */
const MAX_SIDE = 10_000;

/**
 * The size of the picture at an address, as this browser finds it: mail programs that know only the attributes `width`
 * and `height` need it, and the Functions fetch no address that people enter.
 * @returns undefined for what is no picture, or has no size of its own
 */
export function measureLogo(url: string): Promise<LogoSize | undefined> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(toLogoSize(image.naturalWidth, image.naturalHeight));
    image.onerror = () => resolve(undefined);
    image.src = url;
  });
}

function toLogoSize(width: number, height: number): LogoSize | undefined {
  if (width < 1 || height < 1) return undefined;
  const scale = Math.min(1, MAX_SIDE / width, MAX_SIDE / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
