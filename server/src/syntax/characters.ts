/** Characters and the short stretches of them that the lexer asks about. */
import { isWordPart } from './numerals.ts';

export const BLANK = 1;
export const LINE_END = 2;
export const LETTER = 3;
export const DIGIT = 4;
const PUNCTUATION = 5;
export const BAD = 0;

export const SEMICOLON = 0x3b;
export const SLASH = 0x2f;
export const STAR = 0x2a;
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const DOT = 0x2e;
export const MINUS = 0x2d;
export const TAB = 0x09;
export const LOWER_F = 0x66;
export const BYTE_ORDER_MARK = 0xfeff;

/** Blanks that are none here: a no-break space pasted from a page, a line separator … */
export const BLANK_LOOKALIKE = /^[\s\u200b\u2060\ufeff]+$/u;

const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (char === ' ' || char === '\t') CLASSES[code] = BLANK;
  else if (char === '\n' || char === '\r') CLASSES[code] = LINE_END;
  else if (/[A-Za-z_]/.test(char)) CLASSES[code] = LETTER;
  else if (/[0-9]/.test(char)) CLASSES[code] = DIGIT;
  else if ('{}[]=:,;/".'.includes(char)) CLASSES[code] = PUNCTUATION;
}

export const classOf = (code: number): number => (code < 128 ? (CLASSES[code] ?? BAD) : BAD);
export const isBlank = (code: number): boolean => code === 0x20 || code === TAB;
export const isLineEnd = (code: number): boolean => code === 0x0a || code === 0x0d;
export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
export const isWordOrDash = (code: number): boolean => isWordPart(code) || code === MINUS;

export const isPair = (text: string, at: number): boolean => (text.codePointAt(at) ?? 0) > 0xffff;

export function afterLineEnd(text: string, at: number): number {
  return text.charCodeAt(at) === 0x0d && text.charCodeAt(at + 1) === 0x0a ? at + 2 : at + 1;
}

export function lineEndFrom(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineEnd(text.charCodeAt(at))) at++;
  return at;
}

/** The end of a comment that starts with a slash and a star; -1 when it never ends or is none. */
export function commentEnd(text: string, from: number): number {
  if (text.charCodeAt(from + 1) !== STAR) return -1;
  const stop = text.indexOf('*/', from + 2);
  return stop < 0 ? -1 : stop + 2;
}

/** Where the comment that starts with this slash ends; undefined when none does. */
export function afterComment(text: string, from: number): number | undefined {
  const next = text.charCodeAt(from + 1);
  if (next === SLASH) return lineEndFrom(text, from);
  if (next !== STAR) return undefined;
  const stop = commentEnd(text, from);
  return stop < 0 ? text.length : stop;
}

export function hasLineEnd(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isLineEnd(text.charCodeAt(at))) return true;
  return false;
}

/** The end of a line on which only blanks and comments are left; undefined when something else is. */
export function restOfLine(text: string, from: number): number | undefined {
  for (let at = from; ; ) {
    while (isBlank(text.charCodeAt(at))) at++;
    if (at >= text.length) return at;
    if (isLineEnd(text.charCodeAt(at))) return afterLineEnd(text, at);
    if (text.charCodeAt(at) !== SLASH) return undefined;
    if (text.charCodeAt(at + 1) === SLASH) at = lineEndFrom(text, at);
    else {
      const stop = commentEnd(text, at);
      if (stop < 0) return undefined;
      if (hasLineEnd(text, at, stop)) return stop;
      at = stop;
    }
  }
}

/** `///` but not `////`, or a comment that silences a rule. */
export function isNote(text: string, from: number, to: number): boolean {
  if (text.charCodeAt(from + 2) === SLASH) return text.charCodeAt(from + 3) !== SLASH;
  let at = from + 2;
  while (at < to && isBlank(text.charCodeAt(at))) at++;
  return text.startsWith('irqtopo-ignore', at);
}

/** The end of a decimal or 0x number that has nothing to explain, or -1. */
export function plainNumber(text: string, from: number): number {
  let at = from;
  if (text.charCodeAt(at) === 0x30) {
    at++;
    if (text.charCodeAt(at) !== 0x78) return endOfNumber(text, from, at);
    at++;
    while (isHexDigit(text.charCodeAt(at))) at++;
    return at - from > 2 ? endOfNumber(text, from, at) : -1;
  }
  while (isDigit(text.charCodeAt(at))) at++;
  return endOfNumber(text, from, at);
}

/** Short enough to be exact, and nothing after it that makes it something else. */
function endOfNumber(text: string, from: number, at: number): number {
  const next = text.charCodeAt(at);
  if (at - from > 14 || isWordPart(next)) return -1;
  if (next === DOT && isHexDigit(text.charCodeAt(at + 1))) return -1;
  if (next === 0x3a && isHexDigit(text.charCodeAt(at + 1))) return -1;
  return at;
}

const isHexDigit = (code: number): boolean =>
  isDigit(code) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);

/** V8 keeps twelve characters or less as a copy; a longer slice would keep the whole text it was cut from alive. */
const COPIED_LENGTH = 12;
export const detached = (piece: string): string => (piece.length <= COPIED_LENGTH ? piece : ` ${piece}`.slice(1));

/** A character for a message: itself where it can be seen, else its number. */
export function named(code: number): string {
  const char = String.fromCodePoint(code);
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(char)
    ? `'${char}'`
    : `character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

export const printable = (text: string): string => text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '\ufffd');
