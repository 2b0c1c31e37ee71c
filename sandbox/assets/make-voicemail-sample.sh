#!/bin/sh
# Speaks voicemail-sample.txt into voicemail-sample.wav: 8 kHz 16 bit mono, what a telephone line carries.
# Needs espeak-ng and sox; the WAV is committed, so this runs only when the words change.
set -eu
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
espeak-ng -v en-us+f3 -s 168 -g 2 -p 48 -f "$here/voicemail-sample.txt" -w "$work/spoken.wav"
# A telephone passes 300 to 3400 Hz; half a second of room before and after keeps <Record> from clipping words.
sox "$work/spoken.wav" -b 16 -e signed-integer -c 1 "$here/voicemail-sample.wav" \
  sinc 280-3400 rate -v 8000 norm -3 pad 0.3 0.5 dither -s
