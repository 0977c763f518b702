/**
 * The lossless tree of one file. Nodes are immutable and carry no absolute position: every offset in a statement counts
 * from the start of that statement, and a body keeps the starts of its statements. An edit therefore replaces the
 * statements it touches and the spine above them; all other nodes are the same objects as before, and whatever was
 * computed from a node can be kept with it.
 *
 * Offsets are UTF-16 code units, half-open.
 */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The statements of a file, or of a block between its braces. They tile it: no character belongs to none. */
export interface Body {
  readonly statements: readonly Statement[];
  /** Start of each statement, counted from the start of the body (just after its `{`, or 0 for a file). */
  readonly starts: readonly number[];
  readonly width: number;
}

export type Statement = Block | Property | Include | Unknown | Blank;

interface StatementBase {
  /** Everything the statement owns: the blanks and comments before it, its tokens, and its END. */
  readonly width: number;
  /** The statement's own tokens, without leading comments and END. A block's goes to its `}`. */
  readonly span: Span;
  /** Problems of this statement's own tokens; those inside a block's body stand with the statements there. */
  readonly problems: readonly SyntaxProblem[];
  /** Text of the `///` comments directly before the statement, markers removed, lines joined by \n. */
  readonly doc?: string;
  /** `// irqtopo-ignore RULE: reason` comments before the statement. */
  readonly ignores?: readonly Ignore[];
}

/** `hotplug? KIND name? (: TYPE)? (at ADDRESS)? { … }?` */
export interface Block extends StatementBase {
  readonly node: 'block';
  /** Where the word `hotplug` stands. */
  readonly hotplug?: Span;
  readonly kind: Word;
  readonly name?: Name;
  readonly type?: TypeName;
  readonly at?: At;
  /** From `{` to `}` both included; a missing `}` gives a span up to the end of the body. */
  readonly braces?: Span;
  /** False when the closing brace is missing. */
  readonly closed: boolean;
  /** Starts at `braces.from + 1`. */
  readonly body?: Body;
}

/** `KEY = value` */
export interface Property extends StatementBase {
  readonly node: 'property';
  readonly key: Word;
  readonly equals: Span;
  readonly value: Value;
}

/** `include "path"` */
export interface Include extends StatementBase {
  readonly node: 'include';
  readonly path: { readonly span: Span; readonly text: string };
}

/** Tokens that make no statement; they keep their place and their problem. */
export interface Unknown extends StatementBase {
  readonly node: 'unknown';
}

/** Blanks and comments with no statement after them, at the end of a body. */
export interface Blank extends StatementBase {
  readonly node: 'blank';
}

export interface Word {
  readonly span: Span;
  readonly text: string;
}

/** The TYPE after a colon; `text` is empty when it is not typed yet. */
export interface TypeName extends Word {
  readonly colon: Span;
}

/** A name: what is declared, or what is referred to. */
export interface Name {
  readonly span: Span;
  readonly text: string;
  /** True when written as a STRING. */
  readonly quoted: boolean;
  readonly indexes: readonly Index[];
}

/** `[4]` or `[0..3]` */
export interface Index {
  readonly span: Span;
  readonly from: number;
  /** Inclusive; equals `from` for a single number. */
  readonly to: number;
  readonly range: boolean;
}

export interface At {
  readonly keyword: Span;
  /** What stands after `at`; absent while it is still being typed. */
  readonly value?: Scalar;
}

/** `[[dddd:]bb:]dd.f` in hexadecimal. */
export interface Address {
  readonly segment?: number;
  readonly bus?: number;
  /** 0..31 */
  readonly device: number;
  /** 0..7 */
  readonly function: number;
}

export type Value = Scalar | RangeValue | ListValue | MissingValue;

export type Scalar =
  | { readonly is: 'number'; readonly span: Span; readonly number: number; readonly hexadecimal: boolean }
  | { readonly is: 'size'; readonly span: Span; readonly bytes: number }
  | { readonly is: 'address'; readonly span: Span; readonly address: Address }
  | { readonly is: 'string'; readonly span: Span; readonly text: string }
  | { readonly is: 'word'; readonly span: Span; readonly text: string; readonly indexes: readonly Index[] };

export interface RangeValue {
  readonly is: 'range';
  readonly span: Span;
  readonly from: Scalar;
  readonly to: Scalar;
}

export interface ListValue {
  readonly is: 'list';
  readonly span: Span;
  readonly items: readonly Value[];
}

/** A property whose value is not typed yet, or is no value. */
export interface MissingValue {
  readonly is: 'missing';
  readonly span: Span;
}

/** `// irqtopo-ignore RULE: reason` */
export interface Ignore {
  readonly span: Span;
  readonly rule: string;
  readonly reason: string;
}

/** A finding of the lexer or parser. */
export interface SyntaxProblem {
  readonly rule: 'syntax-unexpected-token' | 'address-form' | 'value-out-of-range' | 'limit-exceeded';
  readonly span: Span;
  readonly message: string;
  /** The text that would repair it, in place of `span`. */
  readonly replacement?: string;
}

/** One parsed file. */
export interface Tree {
  readonly text: string;
  readonly root: Body;
  /** Every brace has its partner. Where one has none, what belongs together is a guess that the whole text decides. */
  readonly balanced?: boolean;
}

/** One replacement in a text; offsets are absolute. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}
