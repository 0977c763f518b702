/** The properties of a block against those the schema gives its kind. */
import { kindOf, propertiesOf, propertyOf } from '../schema/index.ts';
import type { KindSchema, PropertySchema } from '../schema/types.ts';
import type { Property, Span, Value } from '../syntax/tree.ts';
import { titleOf } from './declare-header.ts';
import type { Declared } from './declared.ts';
import { nearest } from './nearest.ts';
import type { ModelProblem } from './problem.ts';
import { checkValue } from './value-check.ts';
import { either, withArticle } from './value-text.ts';

const NO_VALUES: Declared['values'] = new Map();

/** The values of a block that have the right form; what is wrong with its properties is added to `problems`. */
export function declareProperties(decl: Declared, kind: KindSchema, problems: ModelProblem[]): Declared['values'] {
  const { body, braces } = decl.node;
  let reading: Reading | undefined;
  if (body !== undefined && braces !== undefined) {
    for (const [i, statement] of body.statements.entries()) {
      if (statement.node !== 'property' && statement.node !== 'include') continue;
      const start = braces.from + 1 + (body.starts[i] ?? 0);
      if (statement.node === 'include') {
        problems.push(misplacedInclude(decl, kind, moved(statement.span, start)));
        continue;
      }
      reading ??= { values: new Map(), problems, invalid: [] };
      declareProperty(decl, kind, statement, start, reading);
    }
  }
  for (const property of requirable(kind)) {
    const written =
      reading !== undefined && (reading.values.has(property.key) || reading.invalid.includes(property.key));
    if (!written && isRequired(decl, property)) problems.push(missing(decl, kind, property));
  }
  return reading === undefined ? NO_VALUES : reading.values;
}

interface Reading {
  readonly values: Map<string, Value>;
  readonly problems: ModelProblem[];
  /** The keys seen without a value of the right form. */
  readonly invalid: string[];
}

function declareProperty(decl: Declared, kind: KindSchema, property: Property, start: number, reading: Reading) {
  const { values, problems, invalid } = reading;
  const key = property.key.text;
  const schema = propertyOf(kind.word, key, variantOf(decl, kind));
  if (schema === undefined) {
    problems.push(unknownProperty(decl, kind, key, moved(property.key.span, start)));
    return;
  }
  if (values.has(key) || invalid.includes(key)) {
    problems.push({
      rule: 'duplicate-property',
      at: { decl, span: moved(property.span, start) },
      message: `${key} is already set in this ${kind.word}; the first one counts`,
      related: [{ at: { decl, part: { property: key } }, message: 'first set here' }],
      facts: { property: key },
      replacement: '',
    });
    return;
  }
  const problem = checkValue(key, property.value, schema.type);
  if (problem === undefined && property.value.is !== 'missing') {
    values.set(key, property.value);
    return;
  }
  invalid.push(key);
  if (problem === undefined) return;
  const { rule, span, message, replacement } = problem;
  // The lexer has said it of the number itself.
  if (property.problems.some((known) => known.rule === rule && known.span.from === span.from)) return;
  problems.push({
    rule,
    at: { decl, span: moved(span, start) },
    message,
    facts: { property: key },
    ...(replacement === undefined ? {} : { replacement }),
  });
}

/** What `onlyFor` speaks of: the type of a controller. Types of devices are resolved later and limit no property. */
function variantOf(decl: Declared, kind: KindSchema): string | undefined {
  return kind.type.take === 'listed' ? decl.type : undefined;
}

function unknownProperty(decl: Declared, kind: KindSchema, key: string, span: Span): ModelProblem {
  const variant = variantOf(decl, kind);
  const what = variant === undefined ? kind.word : `${kind.word} of type ${variant}`;
  const facts = { property: key, kind: kind.word };
  const rule = 'unknown-property';
  const at = { decl, span };
  const elsewhere = propertyOf(kind.word, key);
  if (elsewhere?.onlyFor !== undefined) {
    return {
      rule,
      at,
      message: `Property ${key} has no effect on ${what}; it is for ${either(elsewhere.onlyFor)}`,
      facts,
    };
  }
  if (kindOf(key) !== undefined) {
    return { rule, at, message: `Property ${key} has no effect on ${what}; ${key} is a block, without =`, facts };
  }
  const near = nearest(
    key,
    propertiesOf(kind.word, variant).map((property) => property.key),
  );
  if (near === undefined) return { rule, at, message: `Property ${key} has no effect on ${what}`, facts };
  return {
    rule,
    at,
    message: `Property ${key} has no effect on ${what}; did you mean ${near}?`,
    facts: { ...facts, near },
    replacement: near,
  };
}

function misplacedInclude(decl: Declared, kind: KindSchema, span: Span): ModelProblem {
  return {
    rule: 'syntax-unexpected-token',
    at: { decl, span },
    message: `Unexpected include in ${withArticle(kind.word)}; it stands at the top level`,
  };
}

const requirableOf = new Map<KindSchema, readonly PropertySchema[]>();

/** The properties that some block of the kind must have. */
function requirable(kind: KindSchema): readonly PropertySchema[] {
  const known = requirableOf.get(kind);
  if (known !== undefined) return known;
  const properties = kind.properties.filter(({ required, requiredFor }) => required || requiredFor !== undefined);
  requirableOf.set(kind, properties);
  return properties;
}

function isRequired(decl: Declared, property: PropertySchema): boolean {
  if (property.required) return true;
  if (property.requiredFor === undefined) return false;
  // The mode of a `request` stands where others have their name.
  const variant = decl.kind === 'request' ? decl.name : decl.type;
  return variant !== undefined && property.requiredFor.includes(variant);
}

function missing(decl: Declared, kind: KindSchema, property: PropertySchema): ModelProblem {
  return {
    rule: 'missing-required-field',
    at: { decl, part: 'header' },
    message: `${titleOf(decl, kind)} needs ${property.key}`,
    facts: { kind: kind.word, field: property.key },
  };
}

function moved(span: Span, by: number): Span {
  return { from: span.from + by, to: span.to + by };
}
