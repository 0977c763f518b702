/**
 * Tokens in their statements. What a word is depends on the token after it; whether a line's end counts, on the lists
 * that are open; whose `{` it is, on the statement before. All of that is settled here, so that the parser need not ask.
 */
import type { TokenType } from 'chevrotain';
import { SEMICOLON } from './characters.ts';
import * as T from './tokens.ts';
import type { SyntaxProblem } from './tree.ts';

/** Lists in lists; the parser descends into them. */
export const MAX_LIST_DEPTH = 100;

/** Takes the tokens of a text in their order, from where a statement starts. */
export class StatementTokens {
  opened = 0;
  closed = 0;
  /** No `}` has come that closes nothing. */
  nested = true;

  private readonly text: string;
  private readonly problems: SyntaxProblem[];
  private readonly sliceLength: number;
  private slice: T.Token[] | undefined;
  /** Those since the last slice. Nothing that comes later changes a token of the slices before. */
  private tokens: T.Token[] = [];
  /** How many tokens stand in the slices before. */
  private sliced = 0;
  /** Index of the first token of the statement that is open, -1 between statements. */
  private first = -1;
  /** The same of the statement before, once it has ended. */
  private previousFirst = -1;
  private property = false;
  /** How many lists are open. */
  private lists = 0;
  private tooDeep = false;
  private inIndex = false;
  /** How many tokens there are up to the `]` of the last index: another index may follow it. */
  private indexEnd = -1;
  /** The last line end that did not count because it stands in a list, and how many tokens stand before it. */
  private swallowed: { readonly index: number; readonly from: number; readonly to: number } | undefined;

  /** @param sliceLength a slice ends with the first statement that makes it as long as this, or longer */
  constructor(text: string, problems: SyntaxProblem[], sliceLength: number) {
    this.text = text;
    this.problems = problems;
    this.sliceLength = sliceLength;
  }

  /** The slice that has just become complete, once. */
  takeSlice(): T.Token[] | undefined {
    const { slice } = this;
    this.slice = undefined;
    return slice;
  }

  /** All tokens since the last slice; none follows. */
  takeRest(): T.Token[] {
    this.decide(undefined);
    this.cut();
    return this.takeSlice() ?? [];
  }

  get count(): number {
    return this.sliced + this.tokens.length;
  }

  get betweenStatements(): boolean {
    return this.first < 0;
  }

  get inList(): boolean {
    return this.lists > 0;
  }

  push(type: TokenType, image: string, from: number, to: number): void {
    this.add(new T.Token(type, image, from, to));
  }

  pushWord(image: string, from: number, to: number): void {
    // A kind and a name without a comma between them, on a line of their own: a block, not the rest of a list.
    if (this.lists > 0 && this.swallowed?.index === this.tokens.length - 1 && this.last?.tokenType === T.Word)
      this.leaveList();
    this.push(T.Word, image, from, to);
  }

  /** `=` or `:`, which stand in no list. */
  pushOutsideLists(type: TokenType, image: string, from: number): void {
    this.leaveList();
    this.push(type, image, from, from + 1);
  }

  openBracket(at: number): void {
    const list = this.property && this.last?.tokenType !== T.Word && this.indexEnd !== this.tokens.length;
    if (list && this.lists === MAX_LIST_DEPTH) {
      const message = `Lists in lists: over the limit of ${MAX_LIST_DEPTH} levels; the rest is checked`;
      if (!this.tooDeep) this.problems.push({ rule: 'limit-exceeded', span: { from: at, to: at + 1 }, message });
      this.tooDeep = true;
      this.push(T.Bad, '[', at, at + 1);
      return;
    }
    this.push(T.LBracket, '[', at, at + 1);
    if (list) this.lists++;
    else this.inIndex = true;
  }

  closeBracket(at: number): void {
    this.push(T.RBracket, ']', at, at + 1);
    if (this.inIndex) {
      this.inIndex = false;
      this.indexEnd = this.tokens.length;
    } else if (this.lists > 0 && --this.lists === 0) this.swallowed = undefined;
  }

  openBrace(at: number): void {
    this.leaveList();
    if (this.first < 0) this.joinHeader(at);
    this.push(T.LBrace, '{', at, at + 1);
    this.forgetStatement();
    this.opened++;
  }

  closeBrace(at: number): void {
    this.decide(undefined);
    this.forgetStatement();
    this.first = this.tokens.length;
    this.tokens.push(new T.Token(T.RBrace, '}', at, at + 1));
    this.closed++;
    if (this.closed > this.opened) this.nested = false;
  }

  /** A line's end, which is the statement's unless a list is open. */
  lineEnd(from: number, to: number): void {
    if (this.first < 0) return;
    if (this.lists === 0) this.end(from, to);
    else {
      this.inIndex = false;
      this.swallowed = { index: this.tokens.length, from, to };
    }
  }

  /** Ends the statement that is open. */
  end(from: number, to: number): void {
    this.decide(undefined);
    this.tokens.push(new T.Token(T.End, '', from, to));
    this.previousFirst = this.first;
    this.forgetStatement();
  }

  private get last(): T.Token | undefined {
    return this.tokens[this.tokens.length - 1];
  }

  private add(token: T.Token): void {
    if (this.first < 0) {
      if (this.tokens.length >= this.sliceLength) this.cut();
      this.first = this.tokens.length;
      if (!STARTS.has(token.tokenType)) token.become(T.Stray);
    } else this.decide(token.tokenType);
    this.tokens.push(token);
  }

  /** Two tokens decide: what the last WORD is, now that the token after it is known. */
  private decide(next: TokenType | undefined): void {
    const { tokens, first } = this;
    const index = tokens.length - 1;
    const word = tokens[index];
    if (word === undefined || word.tokenType !== T.Word) return;
    if (index === first) {
      if (next === T.Equals) {
        word.become(T.Key);
        this.property = true;
      } else if (next === T.Str && word.image === 'include') word.become(T.Include);
      else if (next === T.Word && word.image === 'hotplug') word.become(T.Hotplug);
    } else if (!this.property && word.image === 'at') {
      const kind = tokens[first]?.tokenType === T.Hotplug ? first + 1 : first;
      const addressed = next === T.Address || next === T.Num;
      if (index > kind + (addressed ? 0 : 1) && (addressed || tokens[index - 1]?.tokenType !== T.Colon))
        word.become(T.At);
    }
  }

  /** A token comes that stands in no list: the list before it was never closed, and ended with its line. */
  private leaveList(): void {
    if (this.lists === 0) return;
    this.lists = 0;
    if (this.swallowed === undefined) return;
    const { index, from, to } = this.swallowed;
    const tail = this.tokens.splice(index);
    this.end(from, to);
    for (const token of tail) this.add(token);
  }

  /** A `{` on a line of its own belongs to the header before it, with a problem. */
  private joinHeader(at: number): void {
    const { last, text } = this;
    const header = this.tokens[this.previousFirst]?.tokenType;
    if (last?.tokenType !== T.End || text.charCodeAt(last.startOffset) === SEMICOLON) return;
    if (header !== T.Word && header !== T.Hotplug) return;
    this.tokens.pop();
    this.first = this.previousFirst;
    const headerEnd = T.endOf(this.last ?? last);
    const rule = 'syntax-unexpected-token';
    const message = "Unexpected line end; expected '{' on the line of its header";
    if (text.slice(headerEnd, at).trim() === '')
      this.problems.push({ rule, span: { from: headerEnd, to: at + 1 }, message, replacement: ' {' });
    else this.problems.push({ rule, span: { from: at, to: at + 1 }, message });
  }

  /** Between two statements, when it is clear that the second is no `{` of the first. */
  private cut(): void {
    this.slice = this.tokens;
    this.sliced += this.tokens.length;
    this.tokens = [];
    this.previousFirst = -1;
    this.indexEnd = -1;
  }

  private forgetStatement(): void {
    this.first = -1;
    this.property = false;
    this.lists = 0;
    this.tooDeep = false;
    this.inIndex = false;
    this.swallowed = undefined;
  }
}

const STARTS: ReadonlySet<TokenType> = new Set([T.Word, T.LBrace, T.Bad]);
