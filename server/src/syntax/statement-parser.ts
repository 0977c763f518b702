/**
 * What parsing a statement takes besides the grammar: where it starts and ends, the comments and the problems that are
 * its own, and how it goes on after a token that nobody expected.
 */
import { EOF, type IToken, type TokenType } from 'chevrotain';
import type { TokenSource } from './lexer.ts';
import { type Notes, readNotes } from './notes.ts';
import { addressMeantBy, addressMessage } from './numerals.ts';
import { addressAt } from './scalars.ts';
import { SlicedParser } from './sliced-parser.ts';
import * as T from './tokens.ts';
import type { At, Blank, Ignore, Scalar, Span, SyntaxProblem, Word } from './tree.ts';

/** The statement that is being parsed: what all kinds of them have. */
export interface Open {
  /** Absolute start; all its spans count from here. */
  readonly base: number;
  readonly span: { readonly from: number; to: number };
  width: number;
  problems: SyntaxProblem[];
  /** The parser has said something about it; the rest would only follow from that. */
  complained: boolean;
  readonly doc?: string;
  readonly ignores?: readonly Ignore[];
}

export abstract class StatementParser extends SlicedParser {
  /** Absolute end of the last statement, which is the start of the next. */
  protected cursor = 0;
  protected open: Open = NO_STATEMENT;
  /** The next of the lexer's problems and notes that no statement has taken yet. */
  private nextProblem = 0;
  private nextNote = 0;

  protected override take(source: TokenSource): void {
    super.take(source);
    this.cursor = source.from;
    this.open = NO_STATEMENT;
    this.nextProblem = 0;
    this.nextNote = 0;
  }

  /** Starts a statement at the next token. */
  protected begin(): void {
    const from = this.LA(1).startOffset;
    const base = this.cursor;
    const notes = this.takeNotes(from);
    this.open = {
      base,
      span: { from: from - base, to: 0 },
      width: 0,
      problems: NONE,
      complained: false,
      doc: notes?.doc,
      ignores: notes?.ignores,
    };
  }

  /** Ends the statement: at its END, which it owns, or just before a `}` or the end of the text. */
  protected end(): Open {
    this.skipUnless(NOTHING_ELSE, "';' or a line end");
    const open = this.open;
    open.span.to = T.endOf(this.LA(0)) - open.base;
    if (this.LA(1).tokenType === T.End) {
      this.cursor = T.endOf(this.LA(1));
      this.SKIP_TOKEN();
    } else this.cursor = this.limit();
    open.width = this.cursor - open.base;
    this.takeProblems(this.cursor);
    return open;
  }

  /** What stands between the last statement and the end of its body. */
  protected blank(): Blank | undefined {
    const stop = this.limit();
    const base = this.cursor;
    if (stop === base) return undefined;
    const span = { from: stop - base, to: stop - base };
    this.open = { base, span, width: stop - base, problems: NONE, complained: false };
    this.takeProblems(stop);
    this.cursor = stop;
    return { node: 'blank', width: stop - base, span, problems: this.open.problems };
  }

  /** Goes into a body: what the lexer says of the header is the header's. */
  protected enter(brace: IToken): void {
    this.takeProblems(T.endOf(brace));
    this.cursor = T.endOf(brace);
  }

  /** Passes over tokens up to where the statement can go on, unless it can here. */
  protected skipUnless(allowed: ReadonlySet<TokenType>, expected: string): void {
    const next = this.LA(1).tokenType;
    if (next === T.End || next === T.RBrace || next === EOF || allowed.has(next)) return;
    this.complain(expected);
    this.skip(allowed);
  }

  /** Passes over tokens, with the braces among them, up to one of these or the end of the statement. */
  protected skip(allowed: ReadonlySet<TokenType>): void {
    for (;;) {
      const next = this.LA(1).tokenType;
      if (next === T.End || next === T.RBrace || next === EOF || allowed.has(next)) return;
      this.SKIP_TOKEN();
      if (next === T.LBrace) {
        this.skipToBrace();
        this.SKIP_TOKEN();
      }
    }
  }

  /** Passes over tokens up to the `}` that closes the `{` just passed. */
  protected skipToBrace(): void {
    for (let open = 1; ; this.SKIP_TOKEN()) {
      const next = this.LA(1).tokenType;
      if (next === T.LBrace) open++;
      else if (next === EOF || (next === T.RBrace && --open === 0)) return;
    }
  }

  /** Passes over a whole body and what the lexer has said of it. Answers where its first token stands and where it ends. */
  protected skipBody(): Span {
    const from = this.LA(1).startOffset;
    this.skipToBrace();
    const to = this.LA(1).startOffset;
    this.cursor = to;
    this.dropProblems(to);
    return { from: Math.min(from, to), to };
  }

  /** Says once per statement that the next token is not what could stand here. */
  protected complain(expected: string): void {
    if (this.open.complained) return;
    this.open.complained = true;
    const next = this.LA(1);
    if (next.tokenType === T.Bad) return;
    const ends = next.tokenType === T.End || next.tokenType === T.RBrace || next.tokenType === EOF;
    const span = ends ? this.spanOf(this.LA(0)) : this.spanOf(next);
    const message = `Unexpected ${this.named(next)}; expected ${expected}`;
    this.report({ rule: 'syntax-unexpected-token', span, message });
  }

  protected report(problem: SyntaxProblem): void {
    if (this.open.problems === NONE) this.open.problems = [problem];
    else this.open.problems.push(problem);
  }

  /** What stands after `at`; a number is taken for the address it is meant to be, and what the lexer says of it is not said. */
  protected addressAfterAt(token: IToken): At['value'] {
    const span = this.spanOf(token);
    if (token.tokenType === T.Address) return addressAt(span, token);
    const meant = addressMeantBy(this.source.text.slice(token.startOffset, T.endOf(token)));
    this.takeProblems(token.startOffset);
    this.dropProblems(T.endOf(token));
    this.report({ rule: 'address-form', span, message: addressMessage(meant), replacement: meant });
    return meant === undefined ? undefined : addressAt(span, { ...token, image: meant });
  }

  protected wordOf(token: IToken): Word {
    return { span: this.spanOf(token), text: token.image };
  }

  /** The scalar of a token at its span. */
  protected scalarOf(make: (span: Span, token: IToken) => Scalar, token: IToken): Scalar {
    return make(this.spanOf(token), token);
  }

  protected spanOf(token: IToken): Span {
    const { base } = this.open;
    return { from: token.startOffset - base, to: T.endOf(token) - base };
  }

  /** From a token to the last one consumed. */
  protected since(token: IToken): Span {
    const { base } = this.open;
    return { from: token.startOffset - base, to: T.endOf(this.LA(0)) - base };
  }

  /** Where the body ends: at its `}`, or with the text. */
  private limit(): number {
    const next = this.LA(1);
    return next.tokenType === EOF ? this.source.to : next.startOffset;
  }

  /** The lexer's problems before this offset become those of the statement. */
  private takeProblems(to: number): void {
    const { base } = this.open;
    for (;;) {
      const problem = this.source.problems[this.nextProblem];
      if (problem === undefined || problem.span.from >= to) return;
      this.nextProblem++;
      this.report({ ...problem, span: { from: problem.span.from - base, to: problem.span.to - base } });
    }
  }

  /** The lexer's problems before this offset are nobody's. */
  private dropProblems(to: number): void {
    while ((this.source.problems[this.nextProblem]?.span.from ?? to) < to) this.nextProblem++;
  }

  private takeNotes(tokenFrom: number): Notes | undefined {
    const { notes, text } = this.source;
    while ((notes[this.nextNote]?.from ?? tokenFrom) < this.cursor) this.nextNote++;
    const first = this.nextNote;
    while ((notes[this.nextNote]?.from ?? tokenFrom) < tokenFrom) this.nextNote++;
    return first === this.nextNote ? undefined : readNotes(text, notes, first, this.nextNote, this.cursor, tokenFrom);
  }

  private named(token: IToken): string {
    // What is read again after an edit ends where the block around it does.
    if (token.tokenType === EOF) return this.source.to < this.source.text.length ? "'}'" : 'end of file';
    const written = this.source.text.slice(token.startOffset, T.endOf(token));
    if (token.tokenType === T.End) return written.startsWith(';') ? "';'" : 'end of line';
    if (written === '') return 'end of file';
    return written.length > LONGEST_SHOWN ? `'${written.slice(0, LONGEST_SHOWN)}…'` : `'${written}'`;
  }
}

/** Shared by all statements without problems; never written to. */
const NONE: SyntaxProblem[] = [];
const NO_STATEMENT: Open = { base: 0, span: { from: 0, to: 0 }, width: 0, problems: NONE, complained: false };
const NOTHING_ELSE: ReadonlySet<TokenType> = new Set();
const LONGEST_SHOWN = 30;
