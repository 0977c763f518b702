/**
 * The grammar of statements, as in docs/language.md, with the tree it makes. The lexer has already decided what each word is, so one
 * token decides here, and the braces come balanced, so nothing is ever missing that the grammar insists on: what is
 * unexpected is reported, skipped up to where the statement can go on, and stays in it.
 */
import type { TokenType } from 'chevrotain';
import type { TokenSource } from './lexer.ts';
import { textOf } from './scalars.ts';
import * as T from './tokens.ts';
import type { At, Block, Body, Include, Property, Statement, TypeName, Unknown } from './tree.ts';
import { ValueParser } from './value-grammar.ts';

/** Blocks in blocks. The deepest that means anything is about ten; each level takes a dozen calls of the parser's stack. */
export const MAX_DEPTH = 200;

export class SpecParser extends ValueParser {
  private depth = 0;

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /** The body that these tokens make, `depth` blocks deep. */
  parse(source: TokenSource, depth: number): Body {
    this.take(source);
    this.depth = depth;
    const body = this.body();
    this.release();
    return body;
  }

  /** `statement*` */
  private readonly body = this.RULE('body', (): Body => {
    const start = this.cursor;
    const statements: Statement[] = [];
    const starts: number[] = [];
    this.MANY(() => {
      starts.push(this.cursor - start);
      statements.push(this.SUBRULE(this.statement));
    });
    return this.ACTION(() => {
      const rest = this.blank();
      if (rest !== undefined) {
        starts.push(this.cursor - rest.width - start);
        statements.push(rest);
      }
      // Copies have the room they need; an array that has grown keeps room for more, in every small body.
      return { statements: statements.slice(), starts: starts.slice(), width: this.cursor - start };
    });
  });

  /** `(include | block | property) END` */
  private readonly statement = this.RULE('statement', (): Statement => {
    this.ACTION(() => this.begin());
    return this.OR([
      { ALT: () => this.SUBRULE(this.property) },
      { ALT: () => this.SUBRULE(this.block) },
      { ALT: () => this.SUBRULE(this.include) },
      { ALT: () => this.SUBRULE(this.unknown) },
    ]);
  });

  /** `'include' STRING` */
  private readonly include = this.RULE('include', (): Include => {
    this.CONSUME(T.Include);
    const token = this.CONSUME(T.Str);
    return this.ACTION(() => {
      const { width, span, problems, doc, ignores } = this.end();
      const path = { span: this.spanOf(token), text: textOf(token) };
      return { node: 'include', width, span, problems, doc, ignores, path };
    });
  });

  /** `'hotplug'? KIND name? (':' TYPE)? ('at' ADDRESS)? ('{' statement* '}')?` */
  private readonly block = this.RULE('block', (): Block => {
    const hotplug = this.OPTION1(() => this.CONSUME(T.Hotplug));
    const kind = this.CONSUME(T.Word);
    const name = this.OPTION2(() => this.SUBRULE(this.name));
    this.ACTION(() => this.skipUnless(BEFORE_TYPE, name === undefined ? AFTER_KIND : AFTER_NAME));
    const type = this.OPTION3(() => this.SUBRULE(this.type));
    this.ACTION(() => this.skipUnless(BEFORE_AT, AFTER_TYPE));
    const at = this.OPTION4(() => this.SUBRULE(this.at));
    this.ACTION(() => this.skipUnless(BEFORE_BODY, AFTER_AT));
    const own = this.open;
    const inside = this.OPTION5(() => this.SUBRULE(this.braced));
    return this.ACTION(() => {
      this.open = own;
      const { width, span, problems, doc, ignores } = this.end();
      return {
        node: 'block',
        width,
        span,
        problems,
        doc,
        ignores,
        hotplug: hotplug === undefined ? undefined : this.spanOf(hotplug),
        kind: this.wordOf(kind),
        name,
        type,
        at,
        braces: inside?.braces,
        closed: inside === undefined || inside.closed,
        body: inside?.body,
      };
    });
  });

  /** `':' TYPE` */
  private readonly type = this.RULE('type', (): TypeName => {
    const colon = this.CONSUME(T.Colon);
    const word = this.OPTION(() => this.CONSUME(T.Word));
    return this.ACTION(() => {
      const after = this.spanOf(colon);
      if (word !== undefined) return { ...this.wordOf(word), colon: after };
      this.complain('a type');
      return { span: { from: after.to, to: after.to }, text: '', colon: after };
    });
  });

  /** `'at' ADDRESS` */
  private readonly at = this.RULE('at', (): At => {
    const keyword = this.CONSUME(T.At);
    const token = this.OPTION(() =>
      this.OR([{ ALT: () => this.CONSUME(T.Address) }, { ALT: () => this.CONSUME(T.Num) }]),
    );
    return this.ACTION(() => {
      if (token === undefined) this.complain('an address such as 01.0');
      return { keyword: this.spanOf(keyword), value: token === undefined ? undefined : this.addressAfterAt(token) };
    });
  });

  /** `'{' statement* '}'` */
  private readonly braced = this.RULE('braced', (): Pick<Block, 'braces' | 'closed' | 'body'> => {
    const own = this.open;
    const start = this.CONSUME(T.LBrace);
    this.ACTION(() => this.enter(start));
    this.depth++;
    const body = this.depth > MAX_DEPTH && !this.RECORDING_PHASE ? this.tooDeep() : this.SUBRULE(this.body);
    this.depth--;
    const stop = this.CONSUME(T.RBrace);
    return this.ACTION(() => {
      this.open = own;
      const closed = T.endOf(stop) > stop.startOffset;
      const message = "This '{' is never closed; expected '}'";
      if (!closed) this.report({ rule: 'syntax-unexpected-token', span: this.spanOf(start), message });
      return { braces: { from: start.startOffset - own.base, to: T.endOf(stop) - own.base }, closed, body };
    });
  });

  /** `KEY '=' value` */
  private readonly property = this.RULE('property', (): Property => {
    const key = this.CONSUME(T.Key);
    const sign = this.CONSUME(T.Equals);
    const found = this.OPTION(() => this.SUBRULE(this.value));
    return this.ACTION(() => {
      if (found === undefined) this.complain('a value');
      const { width, span, problems, doc, ignores } = this.end();
      const equals = this.spanOf(sign);
      const value = found ?? { is: 'missing', span: { from: equals.to, to: equals.to } };
      return { node: 'property', width, span, problems, doc, ignores, key: this.wordOf(key), equals, value };
    });
  });

  /** Tokens that no statement starts with. */
  private readonly unknown = this.RULE('unknown', (): Unknown => {
    this.ACTION(() => this.complain(this.depth === 0 ? 'a block' : "a property, a block or '}'"));
    this.OR([
      { ALT: () => this.CONSUME(T.Stray) },
      { ALT: () => this.CONSUME(T.Bad) },
      {
        ALT: () => {
          this.CONSUME(T.LBrace);
          this.ACTION(() => this.skipToBrace());
          this.CONSUME(T.RBrace);
        },
      },
    ]);
    return this.ACTION(() => {
      const { width, span, problems, doc, ignores } = this.end();
      return { node: 'unknown', width, span, problems, doc, ignores };
    });
  });

  /** A body over the limit: its tokens as one statement. */
  private tooDeep(): Body {
    const base = this.cursor;
    const { from, to } = this.skipBody();
    const width = to - base;
    if (width === 0) return { statements: [], starts: [], width };
    const span = { from: from - base, to: width };
    const message = `Blocks in blocks: over the limit of ${MAX_DEPTH} levels; the rest is checked`;
    const unknown: Unknown = { node: 'unknown', width, span, problems: [{ rule: 'limit-exceeded', span, message }] };
    return { statements: [unknown], starts: [0], width };
  }
}

const AFTER_KIND = "a name, ':', 'at', '{' or a line end";
const AFTER_NAME = "':', 'at', '{' or a line end";
const AFTER_TYPE = "'at', '{' or a line end";
const AFTER_AT = "'{' or a line end";

const BEFORE_BODY: ReadonlySet<TokenType> = new Set([T.LBrace]);
const BEFORE_AT: ReadonlySet<TokenType> = new Set([T.At, T.LBrace]);
const BEFORE_TYPE: ReadonlySet<TokenType> = new Set([T.Colon, T.At, T.LBrace]);
