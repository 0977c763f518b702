/** Text into a tree, by chevrotain. */
import { balance, bracesOf } from './braces.ts';
import { SpecParser } from './grammar.ts';
import { type Lexed, lexInSlices, MAX_TOKENS, type TokenSource } from './lexer.ts';
import type { Body, Tree, Unknown } from './tree.ts';

export { MAX_DEPTH } from './grammar.ts';

/** UTF-16 code units of one file. The 65,536 functions of a segment, each written out, take about eleven million. */
export const MAX_TEXT_LENGTH = 16 * 2 ** 20;

/** The tree of a text. Never fails: what is no statement stands in the tree as such, with its problem. */
export function parse(text: string): Tree {
  if (text.length > MAX_TEXT_LENGTH)
    return refuse(text, `characters: ${text.length} is over the limit of ${MAX_TEXT_LENGTH}`);
  const braces = bracesOf(text);
  const source = lexInSlices(text);
  const root = bodyOf(braces.balanced ? source : balance(source, braces), 0);
  // What was read up to the limit is dropped: half a file makes no machine.
  if (source.state().tooMany) return refuse(text, `tokens: over the limit of ${MAX_TOKENS}`);
  return { text, root, balanced: braces.balanced };
}

/** The body that these tokens make, `depth` blocks deep. Their braces match. The statements tile `lexed.from … lexed.to`. */
export function parseBody(lexed: Lexed, depth: number): Body {
  const slices = [lexed.tokens];
  return bodyOf({ ...lexed, next: () => slices.pop() ?? [] }, depth);
}

function bodyOf(source: TokenSource, depth: number): Body {
  parser ??= new SpecParser();
  return parser.parse(source, depth);
}

/** Made once: it takes longer than most files. */
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
