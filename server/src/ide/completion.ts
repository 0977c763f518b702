/**
 * What can be typed at an offset. Reads trees alone, so it is right in half-typed text and before the check is done; an analysis
 * adds what the functions hold that are named.
 */
import type { Analysis } from '../analysis/analysis.ts';
import { deviceTypes } from '../catalogue/index.ts';
import type { Declaration, Names } from '../model/names.ts';
import { RULES } from '../rules/index.ts';
import { type KindSchema, kindOf, propertiesOf } from '../schema/index.ts';
import type { Keyword, PropertySchema } from '../schema/types.ts';
import type { Block, Span } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import { type CompletionContext, completionContextAt } from './completion-context.ts';
import { withHeld } from './completion-held.ts';
import { statementChoices } from './completion-statements.ts';
import { type Choice, referenceChoices, valueChoices } from './completion-values.ts';
import { scopeAt, type TargetFiles } from './elsewhere.ts';
import { freeAddresses } from './free-addresses.ts';
import { namesIn, type SpecFiles } from './names.ts';

export type { Choice } from './completion-values.ts';

export interface Completions {
  /** What every choice replaces. */
  readonly span: Span;
  readonly choices: readonly Choice[];
}

const NOTHING: readonly Choice[] = [];

/**
 * The choices at an offset, best first.
 * @param bySpace they were not asked for: a space was typed
 * @param targets the files of specs that scenarios migrate to
 * @param analysis of this text or of an earlier one
 */
export function completionsAt(
  files: SpecFiles,
  uri: string,
  offset: number,
  bySpace = false,
  targets: TargetFiles = () => undefined,
  analysis?: Analysis,
): Completions {
  const tree = files.get(uri);
  const context = tree && completionContextAt(tree, offset);
  if (tree === undefined || context === undefined) return { span: { from: offset, to: offset }, choices: NOTHING };
  // Whoever indents a line does not ask what may stand in it.
  if (bySpace && context.wants.is === 'statement' && !context.wants.hotplug)
    return { span: context.span, choices: NOTHING };
  const scope = scopeAt(files, uri, offset, targets);
  const choices = choicesFor(scope, context);
  return { span: context.span, choices: scope === files ? withHeld(choices, analysis) : choices };
}

function choicesFor(files: SpecFiles, { wants, parent, statementStart }: CompletionContext): readonly Choice[] {
  switch (wants.is) {
    case 'statement':
      return statementChoices(wants, parent?.node, () => namesIn(files));
    case 'name':
      return nameChoices(kindOf(wants.kind), namesIn(files));
    case 'more-header': {
      const kind = kindOf(wants.kind);
      return kind?.takesAt === true ? [AT] : NOTHING;
    }
    case 'type':
      return typeChoices(kindOf(wants.kind), namesIn(files));
    case 'address': {
      const kind = kindOf(wants.kind);
      return kind?.takesAt === true ? addressChoices(parent, statementStart) : NOTHING;
    }
    case 'value': {
      const schema = parent && propertyIn(parent.node, wants.key);
      if (schema === undefined) return NOTHING;
      return valueChoices(schema, wants, () => namesIn(files));
    }
    case 'rule':
      return RULES.map(({ id, title }) => ({ label: id, role: 'rule', detail: title, insert: id }));
    default:
      return NOTHING;
  }
}

const AT: Choice = { label: 'at', role: 'keyword', detail: 'its device and function', insert: 'at ' };

function propertyIn(block: Block, key: string): PropertySchema | undefined {
  const type = block.type?.text === '' ? undefined : block.type?.text;
  return propertiesOf(block.kind.text, type).find((property) => property.key === key);
}

/** Behind a KIND: what it may refer to; a name that is declared is the author's to find. */
function nameChoices(kind: KindSchema | undefined, names: Names): readonly Choice[] {
  if (kind === undefined) return NOTHING;
  switch (kind.name.role) {
    case 'refers':
      return [...referenceChoices(kind.name.to, names)];
    case 'word':
      return kind.name.words.map(wordChoice);
    case 'declares':
      return kind.takesAt && !kind.name.required ? [AT] : NOTHING;
    case 'anonymous':
      return NOTHING;
  }
}

function typeChoices(kind: KindSchema | undefined, names: Names): readonly Choice[] {
  if (kind === undefined) return NOTHING;
  switch (kind.type.take) {
    case 'none':
      return NOTHING;
    case 'listed':
      return kind.type.types.map((type) => ({ ...wordChoice(type), role: 'type' }));
    case 'device-types': {
      const own = kind.type.declared ? [...names.deviceTypes.values()].map(ownType) : [];
      const builtIn = deviceTypes().filter(({ kinds }) =>
        kinds.some((pci) => pci === kind.word || kind.word === 'device-type'),
      );
      return [
        ...own,
        ...builtIn.map(({ name, doc, planText }): Choice => {
          return { label: name, role: 'type', doc: planText === '' ? doc : `${doc}\n\n${planText}`, insert: name };
        }),
      ];
    }
  }
}

const ownType = ({ name, decl }: Declaration): Choice => ({
  label: name,
  role: 'type',
  detail: 'device-type of this spec',
  insert: name,
  ...(decl.node.doc === undefined ? {} : { doc: decl.node.doc }),
});

function addressChoices(parent: Located<Block> | undefined, statementStart: number): readonly Choice[] {
  if (parent === undefined) return NOTHING;
  return freeAddresses(parent, statementStart).map(({ address, detail }) => ({
    label: address,
    role: 'address',
    detail,
    insert: address,
  }));
}

const wordChoice = ({ word, doc }: Keyword): Choice => ({ label: word, role: 'value', doc, insert: word });
