/** The properties of a block against those the schema gives its kind. */
import { kindOf, propertiesOf, propertyOf } from '../schema/index.ts';
import type { KindSchema, PropertySchema } from '../schema/types.ts';
import type { Property, Span, Value } from '../syntax/tree.ts';
import { titleOf } from './declare-header.ts';
import type { Declared } from './declared.ts';
import { nearest } from './nearest.ts';
import type { ModelProblem } from './problem.ts';
import { checkValue } from './value-check.ts';
import { either } from './value-text.ts';

/** Adds the values of a block that have the right form to `values`, and what is wrong with its properties to `problems`. */
export function declareProperties(
  decl: Declared,
  kind: KindSchema,
  values: Map<string, Value>,
  problems: ModelProblem[],
): void {
  const { body, braces } = decl.node;
  const written = new Map<string, Span>();
  if (body !== undefined && braces !== undefined) {
    for (const [i, statement] of body.statements.entries()) {
      if (statement.node !== 'property') continue;
      const start = braces.from + 1 + (body.starts[i] ?? 0);
      declareProperty(decl, kind, statement, start, { values, problems, written });
    }
  }
  for (const property of kind.properties) {
    if (!written.has(property.key) && isRequired(decl, property)) problems.push(missing(decl, kind, property));
  }
}

interface Reading {
  readonly values: Map<string, Value>;
  readonly problems: ModelProblem[];
  /** The keys seen, and where. */
  readonly written: Map<string, Span>;
}

function declareProperty(decl: Declared, kind: KindSchema, property: Property, start: number, reading: Reading) {
  const { values, problems, written } = reading;
  const key = property.key.text;
  const keySpan = moved(property.key.span, start);
  const schema = propertyOf(kind.word, key, variantOf(decl, kind));
  if (schema === undefined) {
    problems.push(unknownProperty(decl, kind, key, keySpan));
    return;
  }
  const first = written.get(key);
  if (first !== undefined) {
    problems.push({
      rule: 'duplicate-property',
      at: { decl, span: moved(property.span, start) },
      message: `${key} is already set in this ${kind.word}; the first one counts`,
      related: [{ at: { decl, span: first }, message: 'first set here' }],
      facts: { property: key },
      replacement: '',
    });
    return;
  }
  written.set(key, keySpan);
  if (property.value.is === 'missing') return;
  const problem = checkValue(key, property.value, schema.type);
  if (problem === undefined) {
    values.set(key, property.value);
    return;
  }
  const { rule, span, message, replacement } = problem;
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
