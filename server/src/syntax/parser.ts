/**
 * Tokens into a tree, by chevrotain. The lexer has already decided what each word is, so one token decides here, and the
 * braces come balanced, so nothing is ever missing that the grammar insists on: what is unexpected is reported, skipped
 * up to where the statement can go on, and stays in it.
 */
import { EmbeddedActionsParser, EOF, type IToken, type TokenType } from 'chevrotain';
import { balance } from './braces.ts';
import { type Lexed, lex, MAX_TOKENS } from './lexer.ts';
import { readNotes } from './notes.ts';
import { addressMeantBy, addressMessage, addressOf, numberOf, sizeOf } from './numerals.ts';
import * as T from './tokens.ts';
import type {
  At,
  Block,
  Body,
  Ignore,
  Include,
  Index,
  ListValue,
  Name,
  Property,
  Scalar,
  Span,
  Statement,
  SyntaxProblem,
  Tree,
  TypeName,
  Unknown,
  Value,
  Word,
} from './tree.ts';

/** Blocks in blocks. The deepest that means anything is about ten; each level takes a dozen calls of the parser's stack. */
export const MAX_DEPTH = 200;
/** UTF-16 code units of one file. The 65,536 functions of a segment, each written out, take about eleven million. */
export const MAX_TEXT_LENGTH = 16 * 2 ** 20;

/** The tree of a text. Never fails: what is no statement stands in the tree as such, with its problem. */
export function parse(text: string): Tree {
  if (text.length > MAX_TEXT_LENGTH)
    return refuse(text, `characters: ${text.length} is over the limit of ${MAX_TEXT_LENGTH}`);
  const lexed = lex(text);
  if (lexed.tooMany) return refuse(text, `tokens: over the limit of ${MAX_TOKENS}`);
  return { text, root: parseBody(lexed.balanced ? lexed : balance(lexed), 0), balanced: lexed.balanced };
}

/** The body that these tokens make, `depth` blocks deep. Their braces match. The statements tile `lexed.from … lexed.to`. */
export function parseBody(lexed: Lexed, depth: number): Body {
  parser ??= new SpecParser();
  return parser.parse(lexed, depth);
}

let parser: SpecParser | undefined;

/** The whole text as one statement with one problem. */
function refuse(text: string, what: string): Tree {
  const problem = {
    rule: 'limit-exceeded',
    span: { from: 0, to: 0 },
    message: `File of too many ${what}; it is not checked`,
  } as const;
  const statement: Unknown = { node: 'unknown', width: text.length, span: { from: 0, to: 0 }, problems: [problem] };
  return { text, root: { statements: [statement], starts: [0], width: text.length }, balanced: false };
}

/** The statement that is being parsed: what all kinds of them have. */
interface Open {
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

class SpecParser extends EmbeddedActionsParser {
  private lexed: Lexed = NOTHING;
  /** Absolute end of the last statement, which is the start of the next. */
  private cursor = 0;
  private depth = 0;
  private open: Open = NO_STATEMENT;
  /** The next of the lexer's problems and notes that no statement has taken yet. */
  private nextProblem = 0;
  private nextNote = 0;

  constructor() {
    super(T.TOKEN_TYPES, { maxLookahead: 1, skipValidations: true });
    this.performSelfAnalysis();
  }

  parse(lexed: Lexed, depth: number): Body {
    this.lexed = lexed;
    this.input = lexed.tokens;
    this.cursor = lexed.from;
    this.depth = depth;
    this.nextProblem = 0;
    this.nextNote = 0;
    const body = this.body();
    // A parser that kept its last input would keep the text of a closed file.
    this.lexed = NOTHING;
    this.open = NO_STATEMENT;
    this.input = [];
    return body;
  }

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
      return { statements, starts, width: this.cursor - start };
    });
  });

  private readonly statement = this.RULE('statement', (): Statement => {
    this.ACTION(() => this.begin());
    return this.OR([
      { ALT: () => this.SUBRULE(this.property) },
      { ALT: () => this.SUBRULE(this.block) },
      { ALT: () => this.SUBRULE(this.include) },
      { ALT: () => this.SUBRULE(this.unknown) },
    ]);
  });

  private readonly property = this.RULE('property', (): Property => {
    const key = this.CONSUME(T.Key);
    const equals = this.CONSUME(T.Equals);
    const value = this.OPTION(() => this.SUBRULE(this.value));
    return this.ACTION(() => {
      if (value === undefined) this.complain('a value');
      const { width, span, problems, doc, ignores } = this.end();
      const missing = { is: 'missing', span: { from: this.spanOf(equals).to, to: this.spanOf(equals).to } } as const;
      const found = { key: this.wordOf(key), equals: this.spanOf(equals), value: value ?? missing };
      return { node: 'property', width, span, problems, doc, ignores, ...found };
    });
  });

  private readonly include = this.RULE('include', (): Include => {
    this.CONSUME(T.Include);
    const path = this.CONSUME(T.Str);
    return this.ACTION(() => {
      const { width, span, problems, doc, ignores } = this.end();
      return {
        node: 'include',
        width,
        span,
        problems,
        doc,
        ignores,
        path: { span: this.spanOf(path), text: textOf(path) },
      };
    });
  });

  private readonly unknown = this.RULE('unknown', (): Unknown => {
    this.ACTION(() => {
      this.complain(this.depth === 0 ? 'a block' : "a property, a block or '}'");
    });
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

  private readonly braced = this.RULE('braced', (): Pick<Block, 'braces' | 'closed' | 'body'> => {
    const own = this.open;
    const start = this.CONSUME(T.LBrace);
    this.ACTION(() => {
      this.takeProblems(T.endOf(start));
      this.cursor = T.endOf(start);
    });
    this.depth++;
    const body = this.depth > MAX_DEPTH && !this.RECORDING_PHASE ? this.tooDeep() : this.SUBRULE(this.body);
    this.depth--;
    const stop = this.CONSUME(T.RBrace);
    return this.ACTION(() => {
      this.open = own;
      const closed = T.endOf(stop) > stop.startOffset;
      if (!closed) {
        this.report({
          rule: 'syntax-unexpected-token',
          span: this.spanOf(start),
          message: "This '{' is never closed; expected '}'",
        });
      }
      return { braces: { from: start.startOffset - own.base, to: T.endOf(stop) - own.base }, closed, body };
    });
  });

  private readonly name = this.RULE('name', (): Name => {
    const token = this.OR([{ ALT: () => this.CONSUME(T.Word) }, { ALT: () => this.CONSUME(T.Str) }]);
    let indexes: Index[] | undefined;
    this.MANY(() => {
      const index = this.SUBRULE(this.index);
      if (index === undefined) return;
      if (indexes === undefined) indexes = [index];
      else indexes.push(index);
    });
    return this.ACTION(() => {
      const quoted = token.tokenType === T.Str;
      return {
        span: this.since(token),
        text: quoted ? textOf(token) : token.image,
        quoted,
        indexes: indexes ?? NO_INDEXES,
      };
    });
  });

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

  private readonly at = this.RULE('at', (): At => {
    const keyword = this.CONSUME(T.At);
    const token = this.OPTION(() =>
      this.OR([{ ALT: () => this.CONSUME(T.Address) }, { ALT: () => this.CONSUME(T.Num) }]),
    );
    return this.ACTION(() => {
      if (token === undefined) this.complain('an address such as 01.0');
      return { keyword: this.spanOf(keyword), value: token === undefined ? undefined : this.addressAt(token) };
    });
  });

  private readonly value = this.RULE('value', (): Value => {
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

  private readonly scalar = this.RULE('scalar', (): Scalar => {
    return this.OR([
      { ALT: () => this.SUBRULE(this.reference) },
      { ALT: () => this.number(this.CONSUME(T.Num)) },
      { ALT: () => this.size(this.CONSUME(T.Size)) },
      { ALT: () => this.address(this.CONSUME(T.Address)) },
      { ALT: () => this.string(this.CONSUME(T.Str)) },
    ]);
  });

  private readonly reference = this.RULE('reference', (): Scalar => {
    const word = this.CONSUME(T.Word);
    let indexes: Index[] | undefined;
    this.MANY(() => {
      const index = this.SUBRULE(this.index);
      if (index === undefined) return;
      if (indexes === undefined) indexes = [index];
      else indexes.push(index);
    });
    return this.ACTION(() => ({
      is: 'word',
      span: this.since(word),
      text: word.image,
      indexes: indexes ?? NO_INDEXES,
    }));
  });

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

  private number(token: IToken): Scalar {
    return {
      is: 'number',
      span: this.spanOf(token),
      number: numberOf(token.image),
      hexadecimal: /^0x/i.test(token.image),
    };
  }

  private size(token: IToken): Scalar {
    return { is: 'size', span: this.spanOf(token), bytes: sizeOf(token.image) };
  }

  private address(token: IToken): Scalar {
    return { is: 'address', span: this.spanOf(token), address: addressOf(token.image) };
  }

  private string(token: IToken): Scalar {
    return { is: 'string', span: this.spanOf(token), text: textOf(token) };
  }

  /** What stands after `at`; a number is taken for the address it is meant to be, and what the lexer says of it is not said. */
  private addressAt(token: IToken): Scalar | undefined {
    if (token.tokenType === T.Address) return this.address(token);
    const meant = addressMeantBy(this.lexed.text.slice(token.startOffset, T.endOf(token)));
    this.takeProblems(token.startOffset);
    while ((this.lexed.problems[this.nextProblem]?.span.from ?? Infinity) < T.endOf(token)) this.nextProblem++;
    this.report({ rule: 'address-form', span: this.spanOf(token), message: addressMessage(meant), replacement: meant });
    return meant === undefined ? undefined : { is: 'address', span: this.spanOf(token), address: addressOf(meant) };
  }

  /** A body over the limit: its tokens as one statement. */
  private tooDeep(): Body {
    const base = this.cursor;
    const from = this.LA(1).startOffset;
    this.skipToBrace();
    const to = this.LA(1).startOffset;
    this.cursor = to;
    const width = to - base;
    // All that the lexer and the notes have said about the inside is passed over.
    while ((this.lexed.problems[this.nextProblem]?.span.from ?? to) < to) this.nextProblem++;
    if (width === 0) return { statements: [], starts: [], width };
    const span = { from: Math.min(from, to) - base, to: width };
    const message = `Blocks in blocks: over the limit of ${MAX_DEPTH} levels; the rest is checked`;
    const unknown: Unknown = { node: 'unknown', width, span, problems: [{ rule: 'limit-exceeded', span, message }] };
    return { statements: [unknown], starts: [0], width };
  }

  /** Starts a statement at the next token. */
  private begin(): void {
    const from = this.LA(1).startOffset;
    const base = this.cursor;
    this.open = {
      base,
      span: { from: from - base, to: 0 },
      width: 0,
      problems: NONE,
      complained: false,
      ...this.takeNotes(from),
    };
  }

  /** Ends the statement: at its END, which it owns, or just before a `}` or the end of the text. */
  private end(): Open {
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
  private blank(): Statement | undefined {
    const stop = this.limit();
    const base = this.cursor;
    if (stop === base) return undefined;
    const span = { from: stop - base, to: stop - base };
    this.open = { base, span, width: stop - base, problems: NONE, complained: false };
    this.takeProblems(stop);
    this.cursor = stop;
    return { node: 'blank', width: stop - base, span, problems: this.open.problems };
  }

  /** Where the body ends: at its `}`, or with the text. */
  private limit(): number {
    const next = this.LA(1);
    return next.tokenType === EOF ? this.lexed.to : next.startOffset;
  }

  private skipUnless(allowed: ReadonlySet<TokenType>, expected: string): void {
    const next = this.LA(1).tokenType;
    if (next === T.End || next === T.RBrace || next === EOF || allowed.has(next)) return;
    this.complain(expected);
    this.skip(allowed);
  }

  /** Passes over tokens, with the braces among them, up to one of these or the end of the statement. */
  private skip(allowed: ReadonlySet<TokenType>): void {
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
  private skipToBrace(): void {
    for (let open = 1; ; this.SKIP_TOKEN()) {
      const next = this.LA(1).tokenType;
      if (next === T.LBrace) open++;
      else if (next === EOF || (next === T.RBrace && --open === 0)) return;
    }
  }

  /** Says once per statement that the next token is not what could stand here. */
  private complain(expected: string): void {
    if (this.open.complained) return;
    this.open.complained = true;
    const next = this.LA(1);
    if (next.tokenType === T.Bad) return;
    const ends = next.tokenType === T.End || next.tokenType === T.RBrace || next.tokenType === EOF;
    const span = ends ? this.spanOf(this.LA(0)) : this.spanOf(next);
    this.report({
      rule: 'syntax-unexpected-token',
      span,
      message: `Unexpected ${this.named(next)}; expected ${expected}`,
    });
  }

  private report(problem: SyntaxProblem): void {
    if (this.open.problems === NONE) this.open.problems = [problem];
    else this.open.problems.push(problem);
  }

  /** The lexer's problems before this offset become those of the statement. */
  private takeProblems(to: number): void {
    const { base } = this.open;
    for (;;) {
      const problem = this.lexed.problems[this.nextProblem];
      if (problem === undefined || problem.span.from >= to) return;
      this.nextProblem++;
      this.report({ ...problem, span: { from: problem.span.from - base, to: problem.span.to - base } });
    }
  }

  private takeNotes(tokenFrom: number): { readonly doc?: string; readonly ignores?: readonly Ignore[] } | undefined {
    const { notes, text } = this.lexed;
    while ((notes[this.nextNote]?.from ?? tokenFrom) < this.cursor) this.nextNote++;
    const first = this.nextNote;
    while ((notes[this.nextNote]?.from ?? tokenFrom) < tokenFrom) this.nextNote++;
    return first === this.nextNote ? undefined : readNotes(text, notes, first, this.nextNote, this.cursor, tokenFrom);
  }

  private named(token: IToken): string {
    // What is read again after an edit ends where the block around it does.
    if (token.tokenType === EOF) return this.lexed.to < this.lexed.text.length ? "'}'" : 'end of file';
    const written = this.lexed.text.slice(token.startOffset, T.endOf(token));
    if (token.tokenType === T.End) return written.startsWith(';') ? "';'" : 'end of line';
    if (written === '') return 'end of file';
    return written.length > LONGEST_SHOWN ? `'${written.slice(0, LONGEST_SHOWN)}…'` : `'${written}'`;
  }

  private wordOf(token: IToken): Word {
    return { span: this.spanOf(token), text: token.image };
  }

  private spanOf(token: IToken): Span {
    const { base } = this.open;
    return { from: token.startOffset - base, to: T.endOf(token) - base };
  }

  /** From a token to the last one consumed. */
  private since(token: IToken): Span {
    const { base } = this.open;
    return { from: token.startOffset - base, to: T.endOf(this.LA(0)) - base };
  }
}

/** Shared by all statements without problems; never written to. */
const NONE: SyntaxProblem[] = [];
const NO_INDEXES: readonly Index[] = [];
const NOTHING: Lexed = lex('');
const NO_STATEMENT: Open = { base: 0, span: { from: 0, to: 0 }, width: 0, problems: NONE, complained: false };
const LONGEST_SHOWN = 30;

const AFTER_KIND = "a name, ':', 'at', '{' or a line end";
const AFTER_NAME = "':', 'at', '{' or a line end";
const AFTER_TYPE = "'at', '{' or a line end";
const AFTER_AT = "'{' or a line end";

const BEFORE_BODY: ReadonlySet<TokenType> = new Set([T.LBrace]);
const BEFORE_AT: ReadonlySet<TokenType> = new Set([T.At, T.LBrace]);
const BEFORE_TYPE: ReadonlySet<TokenType> = new Set([T.Colon, T.At, T.LBrace]);
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
const NOTHING_ELSE: ReadonlySet<TokenType> = new Set();

/** The text of a STRING, without its quotes and escapes. */
function textOf(token: IToken): string {
  const inner = token.image.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\(["\\])/g, '$1') : inner;
}
