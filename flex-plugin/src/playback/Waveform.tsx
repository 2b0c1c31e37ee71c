import { Box } from '@twilio-paste/core/box';
import { useTheme } from '@twilio-paste/core/theme';
import * as React from 'react';
import { formatDuration, formatElapsed } from '../strings/formats';
import type { Translator } from '../strings/translator';

export interface WaveformProps {
  words: Translator;
  bars: readonly (number | null)[];
  position: number;
  duration: number | undefined;
  onSeek: (seconds: number) => void;
}

const HEIGHT = 40;
const BAR_SPACING = 4;
const BAR_WIDTH = 2.5;
const SECONDS_BY_KEY: Record<string, number> = {
  ArrowLeft: -5,
  ArrowDown: -5,
  ArrowRight: 5,
  ArrowUp: 5,
  PageDown: -30,
  PageUp: 30,
};

/** The waveform is also the seek slider: pointer, arrows, page keys, Home and End. */
export const Waveform: React.FC<WaveformProps> = ({ words: translator, bars, position, duration, onSeek }) => {
  const { t } = translator;
  const theme = useTheme();
  const box = React.useRef<HTMLElement>(null);
  const isDragging = React.useRef(false);
  const path = React.useMemo(() => buildPaths(bars), [bars]);
  const width = bars.length * BAR_SPACING;
  const knownDuration = duration !== undefined && duration > 0 ? duration : undefined;
  const playedShare = knownDuration === undefined ? 0 : Math.min(1, position / knownDuration);
  const seekTo = (clientX: number) => {
    const area = box.current?.getBoundingClientRect();
    if (area === undefined || area.width === 0 || knownDuration === undefined) return;
    onSeek(Math.min(1, Math.max(0, (clientX - area.left) / area.width)) * knownDuration);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (knownDuration === undefined) return;
    const offset = SECONDS_BY_KEY[event.key];
    if (offset !== undefined) onSeek(Math.min(knownDuration, Math.max(0, position + offset)));
    else if (event.key === 'Home') onSeek(0);
    else if (event.key === 'End') onSeek(knownDuration);
    else return;
    event.preventDefault();
  };
  return (
    <Box
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label={t('Seek')}
      aria-valuemin={0}
      aria-valuemax={Math.round(knownDuration ?? 0)}
      aria-valuenow={Math.round(position)}
      aria-valuetext={t('SeekValue', {
        position: formatElapsed(position, knownDuration),
        duration: formatDuration(knownDuration),
      })}
      onKeyDown={onKeyDown}
      onPointerDown={(event: React.PointerEvent) => {
        isDragging.current = true;
        box.current?.setPointerCapture?.(event.pointerId);
        seekTo(event.clientX);
      }}
      onPointerMove={(event: React.PointerEvent) => isDragging.current && seekTo(event.clientX)}
      onPointerUp={() => {
        isDragging.current = false;
      }}
      onPointerCancel={() => {
        isDragging.current = false;
      }}
      flexGrow={1}
      minWidth="0"
      height="40px"
      cursor="pointer"
      borderRadius="borderRadius20"
      outline="none"
      _focusVisible={{ boxShadow: 'shadowFocus' }}
      element="CALLBACK_AND_VOICEMAIL_EMAIL_WAVEFORM"
    >
      <svg
        width="100%"
        height={HEIGHT}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
        style={{ display: 'block', touchAction: 'none' }}
      >
        <path d={path.unknown} fill={theme.borderColors.colorBorderWeak} />
        <path d={path.known} fill={theme.textColors.colorTextIcon} />
        {/* What was heard is thicker as well as of another colour: nothing by colour alone. */}
        <svg x="0" y="0" width={playedShare * width} height={HEIGHT} aria-hidden="true">
          <rect x="0" y={HEIGHT - 2} width={width} height="2" fill={theme.backgroundColors.colorBackgroundPrimary} />
          <path d={path.known} fill={theme.backgroundColors.colorBackgroundPrimary} />
        </svg>
        <rect
          x={Math.max(0, playedShare * width - 1)}
          y="0"
          width="2"
          height={HEIGHT}
          fill={theme.backgroundColors.colorBackgroundPrimaryStronger}
        />
      </svg>
    </Box>
  );
};

/** @returns one path for the loaded bars and one for the others */
function buildPaths(bars: readonly (number | null)[]): { known: string; unknown: string } {
  const parts = { known: '', unknown: '' };
  bars.forEach((level, index) => {
    const height = level === null ? 2 : 4 + level * (HEIGHT - 8);
    const bar = `M${index * BAR_SPACING} ${((HEIGHT - height) / 2).toFixed(1)}h${BAR_WIDTH}v${height.toFixed(1)}h-${BAR_WIDTH}z`;
    parts[level === null ? 'unknown' : 'known'] += bar;
  });
  return parts;
}
