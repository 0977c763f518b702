/**
 * Text into tokens. Written by hand because it is many times faster than a table of patterns, and because a line's end
 * is a token only where a statement ends, as in Go: the parser never sees a blank, a comment or an empty statement.
 */
import {
  afterLineEnd,
  BLANK,
  BYTE_ORDER_MARK,
  classOf,
  commentEnd,
  DIGIT,
  DOT,
  detached,
  hasLineEnd,
  isNote,
  LETTER,
  LINE_END,
  LOWER_F,
  lineEndFrom,
  plainNumber,
  QUOTE,
  restOfLine,
  SEMICOLON,
  SLASH,
  STAR,
} from './characters.ts';
import { badEnd, readString, wordEnd } from './literals.ts';
import { addressEnd, readNumeral } from './numerals.ts';
import { StatementTokens } from './statement-tokens.ts';
import * as T from './tokens.ts';
import type { Span, SyntaxProblem } from './tree.ts';

/** What the checker holds in memory at once; a spec of 65,536 functions written out has about three million. */
export const MAX_TOKENS = 4_000_000;

/** What is known once all tokens are read. */
interface ScanState {
  readonly opened: number;
  readonly closed: number;
  /** Every `}` closes a `{` of this text and every `{` is closed. */
  readonly balanced: boolean;
  /** The text says itself where it ends: nothing runs on behind `to`. */
  readonly whole: boolean;
  readonly tooMany: boolean;
}

export interface Lexed extends ScanState {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly tokens: T.Token[];
  /** Absolute, in the order of the text. */
  readonly problems: readonly SyntaxProblem[];
  /** The `///` and `// irqtopo-ignore` comments that stand before statements. */
  readonly notes: readonly Span[];
}

/** Tokens in slices, so that they need not all be there at once. */
export interface TokenSource {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** The next tokens, whole statements; empty at the end. */
  readonly next: () => readonly T.Token[];
  /** Those of the slices so far, absolute, in the order of the text. */
  readonly problems: readonly SyntaxProblem[];
  readonly notes: readonly Span[];
}

interface Scanner extends TokenSource {
  readonly next: () => T.Token[];
  readonly state: () => ScanState;
}

/**
 * The tokens of a text, or of a part of it that starts where a statement starts.
 * Offsets count from the start of the text in both cases.
 */
export function lex(text: string, from = 0, to = text.length): Lexed {
  const scan = scanner(text, from, to, Number.POSITIVE_INFINITY);
  const tokens = scan.next();
  const { problems, notes } = scan;
  return { text, from, to, tokens, problems, notes, ...scan.state() };
}

/** The same for a whole text, in slices. `state` is that of the text read so far. */
export function lexInSlices(text: string): Scanner {
  return scanner(text, 0, text.length, SLICE_LENGTH);
}

function scanner(text: string, from: number, to: number, sliceLength: number): Scanner {
  const problems: SyntaxProblem[] = [];
  const notes: Span[] = [];
  const out = new StatementTokens(text, problems, sliceLength);
  let at = from;

  const word = (stop: number) => {
    out.pushWord(detached(text.slice(at, stop)), at, stop);
    at = stop;
  };

  const address = (stop: number) => {
    out.push(T.Address, detached(text.slice(at, stop)), at, stop);
    at = stop;
  };

  const numeral = () => {
    const plain = plainNumber(text, at);
    if (plain > 0) {
      out.push(T.Num, text.slice(at, plain), at, plain);
      at = plain;
      return;
    }
    const { type, image, to: stop, problem } = readNumeral(text, at);
    if (problem !== undefined) problems.push({ ...problem, span: { from: at, to: stop } });
    out.push(type, detached(image), at, stop);
    at = stop;
  };

  const string = () => {
    const { image, to: stop } = readString(text, at, problems);
    out.push(T.Str, detached(image), at, stop);
    at = stop;
  };

  const badCharacters = () => {
    const stop = badEnd(text, at, problems);
    out.push(T.Bad, '', at, stop);
    at = stop;
  };

  const dots = () => {
    if (text.charCodeAt(at + 1) !== DOT) return badCharacters();
    out.push(T.DotDot, '..', at, at + 2);
    at += 2;
  };

  /** `;`, with what is left of its line when that is no statement. */
  const semicolon = () => {
    const open = !out.betweenStatements;
    const stop = open ? (restOfLine(text, at + 1) ?? at + 1) : at + 1;
    if (open) out.end(at, stop);
    at = stop;
  };

  const comment = () => {
    const start = at;
    const next = text.charCodeAt(at + 1);
    if (next === SLASH) {
      at = lineEndFrom(text, at);
      if (out.betweenStatements && isNote(text, start, at)) notes.push({ from: start, to: at });
      return;
    }
    if (next !== STAR) return badCharacters();
    const stop = commentEnd(text, at);
    at = stop < 0 ? text.length : stop;
    if (stop < 0) {
      const message = "Unexpected end of file; expected '*/'";
      problems.push({ rule: 'syntax-unexpected-token', span: { from: start, to: start + 2 }, message });
    }
    if (hasLineEnd(text, start, at)) out.lineEnd(start, at);
  };

  const punctuation = (code: number) => {
    switch (code) {
      case BYTE_ORDER_MARK:
        at++;
        break;
      case 0x7b:
        out.openBrace(at++);
        break;
      case 0x7d:
        out.closeBrace(at++);
        break;
      case 0x5b:
        out.openBracket(at++);
        break;
      case 0x5d:
        out.closeBracket(at++);
        break;
      case 0x3d:
        out.pushOutsideLists(T.Equals, '=', at++);
        break;
      case 0x3a:
        out.pushOutsideLists(T.Colon, ':', at++);
        break;
      case 0x2c:
        out.push(T.Comma, ',', at, ++at);
        break;
      case SEMICOLON:
        semicolon();
        break;
      case SLASH:
        comment();
        break;
      case QUOTE:
        string();
        break;
      case DOT:
        dots();
        break;
      default:
        badCharacters();
    }
  };

  /** Reads one token, line end or comment, or a blank. */
  const step = () => {
    const code = text.charCodeAt(at);
    switch (classOf(code)) {
      case BLANK:
        at++;
        break;
      case LINE_END: {
        const stop = afterLineEnd(text, at);
        out.lineEnd(at, stop);
        at = stop;
        break;
      }
      case LETTER: {
        const stop = code <= LOWER_F ? addressEnd(text, at) : -1;
        if (stop < 0) word(wordEnd(text, at));
        else address(stop);
        break;
      }
      case DIGIT: {
        const stop = addressEnd(text, at);
        if (stop < 0) numeral();
        else address(stop);
        break;
      }
      default:
        punctuation(code);
    }
  };

  const next = (): T.Token[] => {
    while (at < to && out.count < MAX_TOKENS) {
      step();
      const slice = out.takeSlice();
      if (slice !== undefined) return slice;
    }
    return out.takeRest();
  };

  const state = (): ScanState => ({
    opened: out.opened,
    closed: out.closed,
    balanced: out.nested && out.opened === out.closed,
    whole: at === to && !out.inList,
    tooMany: at < to,
  });

  return { text, from, to, problems, notes, next, state };
}

/** Enough that a slice costs nothing, few enough that its tokens are gone before they cost anything. */
const SLICE_LENGTH = 500;
