/** Text of a spec on a terminal: it must neither move the cursor nor hide what it is. */

/** Control characters as their pictures (␛), so that a file cannot give orders to the terminal. Tabs and line ends stay. */
export function printable(text: string): string {
  return text.replace(CONTROL, (c) => {
    const code = c.charCodeAt(0);
    if (c === '\t' || c === '\n') return c;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : '\uFFFD';
  });
}

/** Columns that a character takes on a terminal: 0, 1 or 2. */
export function columnsOf(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0;
  return DOUBLE_WIDTH.test(character) ? 2 : 1;
}

/** What moves the cursor, or reverses the direction of writing. */
const CONTROL = /[\p{Cc}\p{Bidi_Control}]/gu;

const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

const DOUBLE_WIDTH =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]$/u;
