/** What a property may be set to. */
import type { Declaration, Names } from '../model/names.ts';
import { describeValue, sizeText } from '../schema/describe.ts';
import { wordsOf } from '../schema/index.ts';
import type { PropertySchema, Referable, ValueType, VersionFamily } from '../schema/types.ts';

/** One thing that may be typed. */
export interface Choice {
  readonly label: string;
  readonly role: 'kind' | 'property' | 'value' | 'type' | 'name' | 'address' | 'rule' | 'keyword';
  /** One line beside the label. */
  readonly detail?: string;
  /** Markdown. */
  readonly doc?: string;
  /** What is typed for it. */
  readonly insert: string;
  /** The same with places to fill in, in the syntax of LSP snippets. */
  readonly snippet?: string;
}

/** The choices for a value, or for the part of a list or range that is being typed. */
export function valueChoices(
  property: PropertySchema,
  where: { readonly inList: boolean; readonly afterDots: boolean },
  names: () => Names,
): readonly Choice[] {
  const choices = [...choicesOf(property.type, where.inList, names)];
  const { default: fallback } = property;
  const plain = where.inList || where.afterDots ? undefined : defaultText(property);
  if (plain === undefined) return choices;
  const known = choices.find(({ label }) => label === plain);
  if (known === undefined) return [{ label: plain, role: 'value', detail: 'the default', insert: plain }, ...choices];
  return [
    { ...known, detail: fallback?.text === undefined ? 'the default' : `default: ${unmarked(fallback.text)}` },
    ...choices.filter((choice) => choice !== known),
  ];
}

function* choicesOf(type: ValueType, inList: boolean, names: () => Names): Iterable<Choice> {
  switch (type.is) {
    case 'keyword':
    case 'boolean':
      for (const { word, doc } of wordsOf(type)) yield { label: word, role: 'value', doc, insert: word };
      break;
    case 'size':
      for (const bytes of sizesOf(type)) yield { label: sizeText(bytes), role: 'value', insert: sizeText(bytes) };
      break;
    case 'version':
      for (const family of type.families) {
        for (const version of VERSIONS[family]) {
          yield { label: `${family}-${version}`, role: 'value', insert: `${family}-${version}` };
        }
      }
      break;
    case 'reference':
      yield* referenceChoices(type.to, names());
      break;
    case 'range':
      yield* choicesOf(type.of, inList, names);
      break;
    case 'list':
      if (inList) yield* choicesOf(type.of, false, names);
      else yield { label: '[…]', role: 'value', detail: describeValue(type), insert: '[', snippet: '[$1]$0' };
      break;
    case 'anyOf':
      for (const one of type.types) if (!inList || one.is === 'list') yield* choicesOf(one, inList, names);
      break;
    default:
      // A number, an address or a string is the author's own.
      break;
  }
}

/** Everything declared that is of one of these kinds. */
export function* referenceChoices(to: readonly Referable[], names: Names): Iterable<Choice> {
  for (const declaration of names.things.values()) {
    if (to.some((kind) => kind === declaration.decl.kind)) yield referenceChoice(declaration);
  }
  if (to.includes('cpu'))
    yield { label: 'cpu[0]', role: 'name', detail: 'a CPU of the machine', insert: 'cpu[0]', snippet: 'cpu[$1]$0' };
}

function referenceChoice({ name, decl, lengths }: Declaration): Choice {
  const type = decl.type === undefined ? '' : ` : ${decl.type}`;
  const elements = lengths.length === 0 ? '' : `, ${lengths.join(' × ')} elements`;
  const detail = `${decl.hotplug ? 'hotplug ' : ''}${decl.kind}${type}${elements}`;
  const written = IS_WORD.test(name) ? name : JSON.stringify(name);
  return {
    label: name,
    role: 'name',
    detail,
    insert: written,
    ...(decl.node.doc === undefined ? {} : { doc: decl.node.doc }),
  };
}

/** A placeholder for a value, numbered `stop`, in the syntax of LSP snippets. */
export function valueSnippet(property: PropertySchema, stop: number): string {
  const { type } = property;
  const words = wordsOf(type).map(({ word }) => word);
  const plain = defaultText(property);
  if (words.length > 0 && (type.is === 'keyword' || type.is === 'boolean')) {
    // Whoever writes a property wants something else than what holds without it.
    const others = words.filter((word) => word !== plain);
    return `\${${stop}|${[...others, ...words.filter((word) => word === plain)].map(escapeChoice).join(',')}|}`;
  }
  if (type.is === 'string') return `"\${${stop}}"`;
  if (type.is === 'list') return `[\${${stop}}]`;
  return plain === undefined ? `\${${stop}}` : `\${${stop}:${escapeSnippet(plain)}}`;
}

/** Text that a snippet takes as it is. */
export const escapeSnippet = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

const escapeChoice = (text: string): string => text.replace(/[\\$},|]/g, '\\$&');

/** The default as it would be written; undefined where it is none that can be written. */
function defaultText({ default: fallback, type }: PropertySchema): string | undefined {
  const value = fallback?.value;
  if (value === undefined) return undefined;
  if (typeof value === 'object') return `${value.from}..${value.to}`;
  if (typeof value !== 'number') return String(value);
  if (type.is === 'size') return sizeText(value);
  return type.is === 'number' && type.hexadecimal === true ? `0x${value.toString(16)}` : String(value);
}

/** "the type's, else `16`" for a place that shows no markdown. */
const unmarked = (markdown: string): string => markdown.replaceAll('`', '');

function sizesOf({ minBytes, maxBytes, allowedBytes }: Extract<ValueType, { is: 'size' }>): readonly number[] {
  if (allowedBytes !== undefined) return allowedBytes;
  return USUAL_SIZES.filter((bytes) => minBytes <= bytes && bytes <= maxBytes);
}

const MIB = 2 ** 20;
/** ECAM windows that machines have: 16 buses, 64, 128, 256. */
const USUAL_SIZES = [16 * MIB, 64 * MIB, 128 * MIB, 256 * MIB];

/** Those that change a number somewhere, newest first: kernels with rules of their own, and QEMU's long-lived releases. */
const VERSIONS: Readonly<Record<VersionFamily, readonly string[]>> = {
  linux: ['7.2', '6.12', '6.1'],
  qemu: ['10.0', '9.2', '8.2', '7.2', '6.2'],
  virt: ['10.0', '9.2', '8.2', '7.2', '6.2'],
  q35: ['10.0', '9.2', '8.2', '7.2', '6.2'],
  pc: ['10.0', '9.2', '8.2', '7.2', '6.2'],
  pseries: ['10.0', '9.2', '4.1', '3.1', '3.0'],
};

/** A name that needs no quotes. */
const IS_WORD = /^[A-Za-z_][A-Za-z0-9_-]*(\.[0-9]+)*$/;
