/** Tokens for chevrotain slice by slice: a token that has been consumed need not stay. */
import { createTokenInstance, EmbeddedActionsParser, EOF, type IToken } from 'chevrotain';
import type { TokenSource } from './lexer.ts';
import { TOKEN_TYPES } from './tokens.ts';

/** One token is looked ahead, and one back. The methods here take the place of chevrotain's own, which want an array. */
export abstract class SlicedParser extends EmbeddedActionsParser {
  protected source: TokenSource = NO_TOKENS;
  private slice: readonly IToken[] = [];
  private nextIndex = 0;
  private consumed = 0;
  private behind: IToken = END;
  private ahead: IToken = END;

  protected constructor() {
    super([...TOKEN_TYPES], { maxLookahead: 1, skipValidations: true });
  }

  protected take(source: TokenSource): void {
    this.source = source;
    this.slice = [];
    this.nextIndex = 0;
    this.consumed = 0;
    this.ahead = END;
    this.input = [];
    this.consumeToken();
    this.behind = END;
  }

  /** A parser that kept its last source would keep the text of a closed file. */
  protected release(): void {
    this.take(NO_TOKENS);
  }

  protected override LA(howMuch: number): IToken {
    return howMuch === 1 ? this.ahead : this.behind;
  }

  protected override LA_FAST(): IToken {
    return this.ahead;
  }

  protected override SKIP_TOKEN(): IToken {
    this.consumeToken();
    return this.ahead;
  }

  protected consumeToken(): void {
    this.consumed++;
    this.behind = this.ahead;
    if (this.nextIndex === this.slice.length) {
      this.slice = this.source.next();
      this.nextIndex = 0;
    }
    this.ahead = this.slice[this.nextIndex++] ?? END;
  }

  /** How far it has come: chevrotain asks whether a repetition makes progress. */
  protected exportLexerState(): number {
    return this.consumed;
  }
}

const END = createTokenInstance(EOF, '', Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN);
const NO_TOKENS: TokenSource = { text: '', from: 0, to: 0, next: () => [], problems: [], notes: [] };
