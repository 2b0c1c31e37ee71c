/**
 * @returns `create`, which is called once for each combination of arguments: creating a formatter of `Intl` takes
 *   hundreds of times as long as using it
 */
function keep<Arguments extends unknown[], Format>(create: (...all: Arguments) => Format) {
  const kept = new Map<string, Format>();
  return (...all: Arguments): Format => {
    const key = JSON.stringify(all);
    const found = kept.get(key);
    if (found !== undefined) return found;
    const format = create(...all);
    kept.set(key, format);
    return format;
  };
}

const dateTimeFormatAt = keep(
  (locale: string, options: Intl.DateTimeFormatOptions, _localOffset?: number) =>
    new Intl.DateTimeFormat(locale, options),
);

/**
 * Without a time zone in `options`, in that of the browser, which may change while the page is open.
 * @throws RangeError for an unknown time zone
 */
export const dateTimeFormat = (locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  dateTimeFormatAt(locale, options, options.timeZone === undefined ? new Date().getTimezoneOffset() : undefined);

export const relativeTimeFormat = keep(
  (locale: string, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);

export const numberFormat = keep(
  (locale: string, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);

export const listFormat = keep(
  (locale: string, options: Intl.ListFormatOptions) => new Intl.ListFormat(locale, options),
);
