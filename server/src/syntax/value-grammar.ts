/** The grammar of values and names, as in docs/language.md. */
import type { IToken, TokenType } from 'chevrotain';
import { numberOf } from './numerals.ts';
import { addressAt, numberAt, sizeAt, stringAt, textOf } from './scalars.ts';
import { StatementParser } from './statement-parser.ts';
import * as T from './tokens.ts';
import type { Index, ListValue, Name, Scalar, Value } from './tree.ts';

export abstract class ValueParser extends StatementParser {
  /** `scalar ('..' scalar)? | list` */
  protected readonly value = this.RULE('value', (): Value => {
    return this.OR([{ ALT: () => this.SUBRULE(this.list) }, { ALT: () => this.SUBRULE(this.scalarOrRange) }]);
  });

  private readonly scalarOrRange = this.RULE('scalarOrRange', (): Value => {
    const from = this.SUBRULE1(this.scalar);
    let to: Scalar | undefined;
    this.OPTION1(() => {
      this.CONSUME(T.DotDot);
      to = this.OPTION2(() => this.SUBRULE2(this.scalar));
      this.ACTION(() => {
        if (to === undefined) this.complain('the end of the range');
      });
    });
    return this.ACTION(() => {
      return to === undefined ? from : { is: 'range', span: { from: from.span.from, to: to.span.to }, from, to };
    });
  });

  /** `NUMBER | SIZE | ADDRESS | STRING | WORD index*` */
  private readonly scalar = this.RULE('scalar', (): Scalar => {
    return this.OR([
      { ALT: () => this.scalarOf(numberAt, this.CONSUME(T.Num)) },
      { ALT: () => this.scalarOf(sizeAt, this.CONSUME(T.Size)) },
      { ALT: () => this.scalarOf(addressAt, this.CONSUME(T.Address)) },
      { ALT: () => this.scalarOf(stringAt, this.CONSUME(T.Str)) },
      { ALT: () => this.SUBRULE(this.reference) },
    ]);
  });

  private readonly reference = this.RULE('reference', (): Scalar => {
    const word = this.CONSUME(T.Word);
    const indexes = this.SUBRULE(this.indexes);
    return this.ACTION(() => ({ is: 'word', span: this.since(word), text: word.image, indexes }));
  });

  /** `'[' (value (',' value)* ','?)? ']'` */
  private readonly list = this.RULE('list', (): ListValue => {
    const start = this.CONSUME(T.LBracket);
    const items: Value[] = [];
    this.ACTION(() => this.skipUnless(IN_LIST, "a value or ']'"));
    this.MANY(() => {
      items.push(this.SUBRULE(this.value));
      const comma = this.OPTION1(() => this.CONSUME(T.Comma));
      this.ACTION(() => {
        const next = this.LA(1).tokenType;
        if (comma === undefined && next !== T.RBracket) this.complain("',' or ']'");
        this.skipUnless(IN_LIST, "a value or ']'");
      });
    });
    const stop = this.OPTION2(() => this.CONSUME(T.RBracket));
    return this.ACTION(() => {
      if (stop === undefined) this.complain("']'");
      return { is: 'list', span: this.since(start), items };
    });
  });

  /** `(WORD | STRING) index*` */
  protected readonly name = this.RULE('name', (): Name => {
    const token = this.OR([{ ALT: () => this.CONSUME(T.Word) }, { ALT: () => this.CONSUME(T.Str) }]);
    const indexes = this.SUBRULE(this.indexes);
    return this.ACTION(() => {
      const quoted = token.tokenType === T.Str;
      return { span: this.since(token), text: quoted ? textOf(token) : token.image, quoted, indexes };
    });
  });

  /** `index*`, those that hold a number */
  private readonly indexes = this.RULE('indexes', (): readonly Index[] => {
    let indexes: Index[] | undefined;
    this.MANY(() => {
      const index = this.SUBRULE(this.index);
      if (index === undefined) return;
      if (indexes === undefined) indexes = [index];
      else indexes.push(index);
    });
    return indexes ?? NO_INDEXES;
  });

  /** `'[' NUMBER ('..' NUMBER)? ']'` */
  private readonly index = this.RULE('index', (): Index | undefined => {
    const start = this.CONSUME(T.LBracket);
    let range = false;
    let to: IToken | undefined;
    const from = this.OPTION1(() => this.CONSUME1(T.Num));
    this.OPTION2(() => {
      this.CONSUME(T.DotDot);
      range = true;
      to = this.OPTION3(() => this.CONSUME2(T.Num));
    });
    this.ACTION(() => {
      const missing = from === undefined || (range && to === undefined);
      if (missing || this.LA(1).tokenType !== T.RBracket) this.complain(missing ? 'a number' : "']'");
      this.skip(AFTER_INDEX);
    });
    this.OPTION4(() => this.CONSUME(T.RBracket));
    return this.ACTION(() => {
      if (from === undefined) return undefined;
      const number = numberOf(from.image);
      return { span: this.since(start), from: number, to: to === undefined ? number : numberOf(to.image), range };
    });
  });
}

const NO_INDEXES: readonly Index[] = [];
const AFTER_INDEX: ReadonlySet<TokenType> = new Set([T.RBracket, T.Colon, T.At, T.LBrace]);
const IN_LIST: ReadonlySet<TokenType> = new Set([
  T.Word,
  T.Num,
  T.Size,
  T.Address,
  T.Str,
  T.LBracket,
  T.RBracket,
  T.LBrace,
]);
