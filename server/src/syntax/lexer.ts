/**
 * Text into tokens. Written by hand because it is many times faster than a table of patterns, and because a line's end
 * is a token only where a statement ends, as in Go: the parser never sees a blank, a comment or an empty statement.
 */
import type { TokenType } from 'chevrotain';
import {
  afterLineEnd,
  BACKSLASH,
  BAD,
  BLANK,
  BLANK_LOOKALIKE,
  BYTE_ORDER_MARK,
  classOf,
  commentEnd,
  DIGIT,
  DOT,
  detached,
  hasLineEnd,
  isDigit,
  isLineEnd,
  isNote,
  isPair,
  isWordOrDash,
  LETTER,
  LINE_END,
  LOWER_F,
  lineEndFrom,
  MINUS,
  named,
  plainNumber,
  printable,
  QUOTE,
  restOfLine,
  SEMICOLON,
  SLASH,
  STAR,
  TAB,
} from './characters.ts';
import { addressEnd, readNumeral } from './numerals.ts';
import * as T from './tokens.ts';
import type { Span, SyntaxProblem } from './tree.ts';

/** Lists in lists; the parser descends into them. */
export const MAX_LIST_DEPTH = 100;
/** What the checker holds in memory at once; a spec of 65,536 functions written out has about three million. */
export const MAX_TOKENS = 4_000_000;

export interface Lexed {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly tokens: T.Token[];
  /** Absolute, in the order of the text. */
  readonly problems: readonly SyntaxProblem[];
  /** The `///` and `// irqtopo-ignore` comments that stand before statements. */
  readonly notes: readonly Span[];
  readonly opened: number;
  readonly closed: number;
  /** Every `}` closes a `{` of this text and every `{` is closed. */
  readonly balanced: boolean;
  /** The text says itself where it ends: nothing runs on behind `to`. */
  readonly whole: boolean;
  readonly tooMany: boolean;
}

/**
 * The tokens of a text, or of a part of it that starts where a statement starts.
 * Offsets count from the start of the text in both cases.
 */
export function lex(text: string, from = 0, to = text.length): Lexed {
  const tokens: T.Token[] = [];
  const problems: SyntaxProblem[] = [];
  const notes: Span[] = [];
  let at = from;
  /** Index of the first token of the statement that is open, -1 between statements. */
  let first = -1;
  /** The same of the statement before, once it has ended. */
  let previousFirst = -1;
  let property = false;
  let lists = 0;
  let inIndex = false;
  let tooDeep = false;
  /** How many tokens there are up to the `]` of the last index: another index may follow it. */
  let indexEnd = -1;
  /** The last line end that did not count because it stands in a list, and how many tokens stand before it. */
  let swallowed: { readonly index: number; readonly from: number; readonly to: number } | undefined;
  let opened = 0;
  let closed = 0;
  let balanced = true;

  const problem = (rule: SyntaxProblem['rule'], start: number, end: number, message: string, replacement?: string) => {
    problems.push({
      rule,
      span: { from: start, to: end },
      message,
      ...(replacement === undefined ? {} : { replacement }),
    });
  };

  /** Two tokens decide: what the last WORD is, now that the token after it is known. */
  const decide = (next: TokenType | undefined) => {
    const index = tokens.length - 1;
    const word = tokens[index];
    if (word === undefined || word.tokenType !== T.Word) return;
    if (index === first) {
      if (next === T.Equals) {
        word.become(T.Key);
        property = true;
      } else if (next === T.Str && word.image === 'include') word.become(T.Include);
      else if (next === T.Word && word.image === 'hotplug') word.become(T.Hotplug);
    } else if (!property && word.image === 'at') {
      const kind = tokens[first]?.tokenType === T.Hotplug ? first + 1 : first;
      const addressed = next === T.Address || next === T.Num;
      if (index > kind + (addressed ? 0 : 1) && (addressed || tokens[index - 1]?.tokenType !== T.Colon))
        word.become(T.At);
    }
  };

  const push = (token: T.Token) => {
    if (first < 0) {
      first = tokens.length;
      if (!STARTS.has(token.tokenType)) token.become(T.Stray);
    } else decide(token.tokenType);
    tokens.push(token);
  };

  const forgetStatement = () => {
    first = -1;
    property = false;
    lists = 0;
    inIndex = false;
    tooDeep = false;
    swallowed = undefined;
  };

  const end = (start: number, stop: number) => {
    decide(undefined);
    tokens.push(new T.Token(T.End, '', start, stop));
    previousFirst = first;
    forgetStatement();
  };

  const lineEnd = (start: number, stop: number) => {
    if (first < 0) return;
    if (lists === 0) end(start, stop);
    else {
      inIndex = false;
      swallowed = { index: tokens.length, from: start, to: stop };
    }
  };

  /** A token that stands in no list: the list before it was never closed, and ended with its line. */
  const leaveList = () => {
    if (lists === 0) return;
    lists = 0;
    if (swallowed === undefined) return;
    const { index, from: start, to: stop } = swallowed;
    const tail = tokens.splice(index);
    end(start, stop);
    for (const token of tail) push(token);
  };

  const openBracket = () => {
    const before = tokens[tokens.length - 1]?.tokenType;
    const list = property && before !== T.Word && indexEnd !== tokens.length;
    if (list && lists === MAX_LIST_DEPTH) {
      if (!tooDeep)
        problem(
          'limit-exceeded',
          at,
          at + 1,
          `Lists in lists: over the limit of ${MAX_LIST_DEPTH} levels; the rest is checked`,
        );
      tooDeep = true;
      push(new T.Token(T.Bad, '[', at, at + 1));
      return;
    }
    push(new T.Token(T.LBracket, '[', at, at + 1));
    if (list) lists++;
    else inIndex = true;
  };

  const closeBracket = () => {
    push(new T.Token(T.RBracket, ']', at, at + 1));
    if (inIndex) {
      inIndex = false;
      indexEnd = tokens.length;
    } else if (lists > 0 && --lists === 0) swallowed = undefined;
  };

  const openBrace = () => {
    leaveList();
    if (first < 0) joinHeader();
    push(new T.Token(T.LBrace, '{', at, at + 1));
    forgetStatement();
    opened++;
  };

  /** A `{` on a line of its own belongs to the header before it, with a problem. */
  const joinHeader = () => {
    const last = tokens[tokens.length - 1];
    const header = tokens[previousFirst]?.tokenType;
    if (last?.tokenType !== T.End || text.charCodeAt(last.startOffset) === SEMICOLON) return;
    if (header !== T.Word && header !== T.Hotplug) return;
    tokens.pop();
    first = previousFirst;
    const headerEnd = T.endOf(tokens[tokens.length - 1] ?? last);
    const blank = text.slice(headerEnd, at).trim() === '';
    const message = "Unexpected line end; expected '{' on the line of its header";
    if (blank) problem('syntax-unexpected-token', headerEnd, at + 1, message, ' {');
    else problem('syntax-unexpected-token', at, at + 1, message);
  };

  const closeBrace = () => {
    decide(undefined);
    forgetStatement();
    first = tokens.length;
    tokens.push(new T.Token(T.RBrace, '}', at, at + 1));
    closed++;
    if (closed > opened) balanced = false;
  };

  /** `;`, with what is left of its line when that is no statement. */
  const semicolon = () => {
    const stop = first < 0 ? at + 1 : (restOfLine(text, at + 1) ?? at + 1);
    if (first >= 0) end(at, stop);
    at = stop;
  };

  const comment = () => {
    const start = at;
    const next = text.charCodeAt(at + 1);
    if (next === SLASH) {
      at = lineEndFrom(text, at);
      if (first < 0 && isNote(text, start, at)) notes.push({ from: start, to: at });
      return;
    }
    if (next !== STAR) {
      badCharacters();
      return;
    }
    const stop = commentEnd(text, at);
    at = stop < 0 ? text.length : stop;
    if (stop < 0)
      problem('syntax-unexpected-token', start, start + 2, "Unexpected end of file; expected '*/'", undefined);
    if (hasLineEnd(text, start, at)) lineEnd(start, at);
  };

  const string = () => {
    const start = at;
    at++;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        at++;
        break;
      }
      if (at >= text.length || isLineEnd(code)) {
        const image = text.slice(start, at);
        problem('syntax-unexpected-token', start, at, `Unexpected end of line; expected '"'`, `${image}"`);
        push(new T.Token(T.Str, detached(`${image}"`), start, at));
        return;
      }
      if (code === BACKSLASH) {
        const escaped = text.charCodeAt(at + 1);
        if (escaped === QUOTE || escaped === BACKSLASH) at++;
        else problem('syntax-unexpected-token', at, at + 1, "Unexpected '\\'; expected \\\" or \\\\", '\\\\');
      } else if (code < 0x20 && code !== TAB) {
        problem('syntax-unexpected-token', at, at + 1, `Unexpected ${named(code)} in a string`, '');
      } else if (code >= 0xd800 && code <= 0xdfff) {
        if (isPair(text, at)) at++;
        else problem('syntax-unexpected-token', at, at + 1, `Unexpected ${named(code)} in a string`, '');
      }
      at++;
    }
    push(new T.Token(T.Str, detached(text.slice(start, at)), start, at));
  };

  const word = () => {
    const start = at;
    at++;
    while (at < text.length && isWordOrDash(text.charCodeAt(at))) at++;
    while (text.charCodeAt(at) === DOT && isDigit(text.charCodeAt(at + 1))) {
      at += 2;
      while (isDigit(text.charCodeAt(at))) at++;
    }
    // A kind and a name without a comma between them, on a line of their own: a block, not the rest of a list.
    const before = tokens[tokens.length - 1];
    if (lists > 0 && swallowed?.index === tokens.length - 1 && before?.tokenType === T.Word) leaveList();
    push(new T.Token(T.Word, detached(text.slice(start, at)), start, at));
  };

  const numeral = () => {
    const start = at;
    const image = plainNumber(text, at);
    if (image > 0) {
      at = image;
      push(new T.Token(T.Num, text.slice(start, at), start, at));
      return;
    }
    const read = readNumeral(text, at);
    at = read.to;
    if (read.problem !== undefined) problems.push({ ...read.problem, span: { from: start, to: at } });
    push(new T.Token(read.type, detached(read.image), start, at));
  };

  /** A run of characters that no token starts with. */
  const badCharacters = () => {
    const start = at;
    const code = text.codePointAt(at) ?? 0;
    at += code > 0xffff ? 2 : 1;
    if (code === MINUS && isDigit(text.charCodeAt(at))) {
      problem('syntax-unexpected-token', start, at, "Unexpected '-'; a range is written 1..4", '..');
    } else {
      while (at < text.length && classOf(text.charCodeAt(at)) === BAD && at - start < 1000) at++;
      const blank = BLANK_LOOKALIKE.test(text.slice(start, at));
      const shown =
        at - start === 1 || code > 0xffff ? named(code) : `'${printable(text.slice(start, Math.min(at, start + 20)))}'`;
      problem('syntax-unexpected-token', start, at, `Unexpected ${shown}`, blank ? ' ' : undefined);
    }
    push(new T.Token(T.Bad, '', start, at));
  };

  while (at < to && tokens.length < MAX_TOKENS) {
    const code = text.charCodeAt(at);
    switch (classOf(code)) {
      case BLANK:
        at++;
        break;
      case LINE_END: {
        const stop = afterLineEnd(text, at);
        lineEnd(at, stop);
        at = stop;
        break;
      }
      case LETTER: {
        const stop = code <= LOWER_F ? addressEnd(text, at) : -1;
        if (stop < 0) word();
        else {
          push(new T.Token(T.Address, detached(text.slice(at, stop)), at, stop));
          at = stop;
        }
        break;
      }
      case DIGIT: {
        const stop = addressEnd(text, at);
        if (stop < 0) numeral();
        else {
          push(new T.Token(T.Address, detached(text.slice(at, stop)), at, stop));
          at = stop;
        }
        break;
      }
      default:
        switch (code) {
          case BYTE_ORDER_MARK:
            at++;
            break;
          case 0x7b:
            openBrace();
            at++;
            break;
          case 0x7d:
            closeBrace();
            at++;
            break;
          case 0x5b:
            openBracket();
            at++;
            break;
          case 0x5d:
            closeBracket();
            at++;
            break;
          case 0x3d:
            leaveList();
            push(new T.Token(T.Equals, '=', at, at + 1));
            at++;
            break;
          case 0x3a:
            leaveList();
            push(new T.Token(T.Colon, ':', at, at + 1));
            at++;
            break;
          case 0x2c:
            push(new T.Token(T.Comma, ',', at, at + 1));
            at++;
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
            if (text.charCodeAt(at + 1) === DOT) {
              push(new T.Token(T.DotDot, '..', at, at + 2));
              at += 2;
            } else badCharacters();
            break;
          default:
            badCharacters();
        }
    }
  }
  const whole = at === to && lists === 0;
  decide(undefined);
  return {
    text,
    from,
    to,
    tokens,
    problems,
    notes,
    opened,
    closed,
    balanced: balanced && opened === closed,
    whole,
    tooMany: tokens.length >= MAX_TOKENS && at < to,
  };
}

const STARTS: ReadonlySet<TokenType> = new Set([T.Word, T.LBrace, T.Bad]);
