/** The token types of the language, as chevrotain wants them, and the tokens the lexer makes. */
import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain';

/** The lexer is ours, so chevrotain gets no patterns. */
const tokenType = (name: string): TokenType => createToken({ name, pattern: Lexer.NA });

/** A WORD that is none of the four below. */
export const Word = tokenType('Word');
/** The WORD `hotplug` at the start of a statement with a WORD after it. */
export const Hotplug = tokenType('Hotplug');
/** The WORD `include` at the start of a statement with a STRING after it. */
export const Include = tokenType('Include');
/** A WORD at the start of a statement with `=` after it. */
export const Key = tokenType('Key');
/** The WORD `at` with an ADDRESS or NUMBER after it, or where nothing else is left for it to be. */
export const At = tokenType('At');
export const Num = tokenType('Number');
export const Size = tokenType('Size');
export const Address = tokenType('Address');
export const Str = tokenType('String');
export const LBrace = tokenType('LBrace');
export const RBrace = tokenType('RBrace');
export const LBracket = tokenType('LBracket');
export const RBracket = tokenType('RBracket');
export const Equals = tokenType('Equals');
export const Colon = tokenType('Colon');
export const Comma = tokenType('Comma');
export const DotDot = tokenType('DotDot');
/** End of a statement: a line's end, a comment that holds one, or `;`. */
export const End = tokenType('End');
/** A token that can start no statement, but does; or a `}` that closes nothing. */
export const Stray = tokenType('Stray');
/** Characters that make no token; the lexer has said so already. */
export const Bad = tokenType('Bad');

export const TOKEN_TYPES: TokenType[] = [
  Word,
  Hotplug,
  Include,
  Key,
  At,
  Num,
  Size,
  Address,
  Str,
  LBrace,
  RBrace,
  LBracket,
  RBracket,
  Equals,
  Colon,
  Comma,
  DotDot,
  End,
  Stray,
  Bad,
];

/**
 * A token with offsets and nothing else of a position. `image` is the token's text, except where the lexer has repaired
 * it: `0300` is the Number `0x300` with a problem.
 */
export class Token implements IToken {
  readonly image: string;
  readonly startOffset: number;
  /** Offset of the last character, as chevrotain has it; one less than `startOffset` for a token that is not written. */
  readonly endOffset: number;
  tokenType: TokenType;
  tokenTypeIdx: number;

  constructor(type: TokenType, image: string, from: number, to: number) {
    this.image = image;
    this.startOffset = from;
    this.endOffset = to - 1;
    this.tokenType = type;
    this.tokenTypeIdx = type.tokenTypeIdx ?? 0;
  }

  /** Gives the token the meaning that the token after it has decided. */
  become(type: TokenType): void {
    this.tokenType = type;
    this.tokenTypeIdx = type.tokenTypeIdx ?? 0;
  }
}

/** The offset after a token's last character. */
export const endOf = (token: IToken): number => (token.endOffset ?? token.startOffset - 1) + 1;
