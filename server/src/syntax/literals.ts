/** Where words, strings and characters that are nothing end, and what is wrong with them. */
import {
  BACKSLASH,
  BAD,
  BLANK_LOOKALIKE,
  classOf,
  DOT,
  isDigit,
  isLineEnd,
  isPair,
  isWordOrDash,
  MINUS,
  named,
  printable,
  QUOTE,
  TAB,
} from './characters.ts';
import type { SyntaxProblem } from './tree.ts';

/** The end of the WORD that starts here. */
export function wordEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && isWordOrDash(text.charCodeAt(at))) at++;
  while (text.charCodeAt(at) === DOT && isDigit(text.charCodeAt(at + 1))) {
    at += 2;
    while (isDigit(text.charCodeAt(at))) at++;
  }
  return at;
}

/** The STRING that starts here. One that is never closed ends with its line, and `image` closes it. */
export function readString(
  text: string,
  from: number,
  problems: SyntaxProblem[],
): { readonly image: string; readonly to: number } {
  const problem = (start: number, end: number, message: string, replacement: string) =>
    problems.push({ rule: 'syntax-unexpected-token', span: { from: start, to: end }, message, replacement });
  for (let at = from + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return { image: text.slice(from, at + 1), to: at + 1 };
    if (at >= text.length || isLineEnd(code)) {
      const image = `${text.slice(from, at)}"`;
      problem(from, at, `Unexpected end of line; expected '"'`, image);
      return { image, to: at };
    }
    if (code === BACKSLASH) {
      const escaped = text.charCodeAt(at + 1);
      if (escaped === QUOTE || escaped === BACKSLASH) at++;
      else problem(at, at + 1, "Unexpected '\\'; expected \\\" or \\\\", '\\\\');
    } else if (code < 0x20 && code !== TAB) {
      problem(at, at + 1, `Unexpected ${named(code)} in a string`, '');
    } else if (code >= 0xd800 && code <= 0xdfff) {
      if (isPair(text, at)) at++;
      else problem(at, at + 1, `Unexpected ${named(code)} in a string`, '');
    }
  }
}

/** The end of the STRING that starts here, as `readString` finds it. */
export function stringEnd(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (at >= text.length || isLineEnd(code)) return at;
    if (code !== BACKSLASH) continue;
    const escaped = text.charCodeAt(at + 1);
    if (escaped === QUOTE || escaped === BACKSLASH) at++;
  }
}

/** The end of the run of characters, at least one, that no token starts with. */
export function badEnd(text: string, from: number, problems: SyntaxProblem[]): number {
  const code = text.codePointAt(from) ?? 0;
  let at = from + (code > 0xffff ? 2 : 1);
  const problem = (message: string, replacement?: string) => {
    const span = { from, to: at };
    problems.push({
      rule: 'syntax-unexpected-token',
      span,
      message,
      ...(replacement === undefined ? {} : { replacement }),
    });
  };
  if (code === MINUS && isDigit(text.charCodeAt(at))) {
    problem("Unexpected '-'; a range is written 1..4", '..');
    return at;
  }
  while (at < text.length && classOf(text.charCodeAt(at)) === BAD && at - from < LONGEST_RUN) at++;
  const blank = BLANK_LOOKALIKE.test(text.slice(from, at));
  const shown =
    at - from === 1 || code > 0xffff
      ? named(code)
      : `'${printable(text.slice(from, Math.min(at, from + LONGEST_SHOWN)))}'`;
  problem(`Unexpected ${shown}`, blank ? ' ' : undefined);
  return at;
}

/** One problem stands for so many bad characters in a row: a binary file gives no more than it must. */
const LONGEST_RUN = 1000;
const LONGEST_SHOWN = 20;
