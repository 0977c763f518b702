/** A value as written against the type the schema gives its property. */
import { never } from '../base/result.ts';
import type { ValueType } from '../schema/types.ts';
import type { Span, Value } from '../syntax/tree.ts';
import { nearest } from './nearest.ts';
import type { ModelRule } from './problem.ts';
import { describeType, either, writeNumber, writeSize, writeValue } from './value-text.ts';

export interface ValueProblem {
  readonly rule: ModelRule;
  /** Counted like the value's own span. */
  readonly span: Span;
  readonly message: string;
  readonly replacement?: string;
  /** The value has the form the type wants and only its number is off. */
  readonly formFits: boolean;
}

/**
 * What is wrong with a value, if anything. `field` is how messages call it, such as `ecam`. A value that is not typed yet
 * is the parser's matter.
 */
export function checkValue(field: string, value: Value, type: ValueType): ValueProblem | undefined {
  if (value.is === 'missing') return undefined;
  switch (type.is) {
    case 'number':
      return checkNumber(field, value, type);
    case 'size':
      return checkSize(field, value, type);
    case 'boolean':
      return checkBoolean(field, value);
    case 'keyword':
      return checkWord(
        field,
        value,
        type.words.map((keyword) => keyword.word),
      );
    case 'version':
      return checkVersion(field, value, type);
    case 'string':
      return checkString(field, value, type);
    case 'address':
      return checkAddress(field, value);
    case 'reference':
      return value.is === 'word' || value.is === 'string' ? undefined : wrongForm(field, value, type);
    case 'range':
      return checkRange(field, value, type);
    case 'list':
      return checkList(field, value, type);
    case 'anyOf':
      return checkAnyOf(field, value, type);
    default:
      return never(type);
  }
}

type Of<Is extends ValueType['is']> = Extract<ValueType, { readonly is: Is }>;

function checkNumber(field: string, value: Value, type: Of<'number'>): ValueProblem | undefined {
  if (value.is === 'size') {
    const fits = value.bytes >= type.min && value.bytes <= type.max;
    return wrongForm(field, value, type, fits ? writeNumber(value.bytes, type.hexadecimal === true) : undefined);
  }
  if (value.is !== 'number') return wrongForm(field, value, type);
  const { number, hexadecimal } = value;
  if (number >= type.min && number <= type.max) return checkStep(field, value, type);
  const hex = hexadecimal || type.hexadecimal === true;
  const limits = `${writeNumber(type.min, hex)}..${writeNumber(type.max, hex)}`;
  const nearestNumber = Math.min(Math.max(number, type.min), type.max);
  return {
    rule: 'value-out-of-range',
    span: value.span,
    message: `${field} must be ${limits}, got ${writeNumber(number, hexadecimal)}`,
    replacement: writeNumber(nearestNumber, hexadecimal),
    formFits: true,
  };
}

/** A number within its limits that must be one less than a multiple of something. */
function checkStep(
  field: string,
  value: Extract<Value, { is: 'number' }>,
  type: Of<'number'>,
): ValueProblem | undefined {
  const { oneLessThanMultipleOf: step, min, max } = type;
  const { number, span, hexadecimal } = value;
  if (step === undefined || (number + 1) % step === 0) return undefined;
  const nearestNumber = Math.min(Math.max(Math.round((number + 1) / step) * step - 1, min), max);
  return {
    rule: 'value-out-of-range',
    span,
    message: `${field} must be one less than a multiple of ${step}, got ${writeNumber(number, hexadecimal)}`,
    replacement: writeNumber(nearestNumber, hexadecimal),
    formFits: true,
  };
}

function checkSize(field: string, value: Value, type: Of<'size'>): ValueProblem | undefined {
  if (value.is === 'number') {
    const meant = [value.number, value.number * MIB, value.number * KIB].find((bytes) => isSize(bytes, type));
    return wrongForm(field, value, type, meant === undefined ? undefined : writeSize(meant));
  }
  if (value.is !== 'size') return wrongForm(field, value, type);
  const { bytes, span } = value;
  const off = (message: string, nearestBytes: number): ValueProblem => ({
    rule: 'value-out-of-range',
    span,
    message,
    replacement: writeSize(nearestBytes),
    formFits: true,
  });
  if (type.allowedBytes !== undefined && !type.allowedBytes.includes(bytes)) {
    const closest = type.allowedBytes.reduce(
      (a, b) => (Math.abs(b - bytes) < Math.abs(a - bytes) ? b : a),
      type.minBytes,
    );
    return off(`${field} must be ${either(type.allowedBytes.map(writeSize))}, got ${writeSize(bytes)}`, closest);
  }
  if (bytes >= type.minBytes && bytes <= type.maxBytes) return undefined;
  const limits = `${writeSize(type.minBytes)} to ${writeSize(type.maxBytes)}`;
  const closest = bytes < type.minBytes ? type.minBytes : type.maxBytes;
  return off(`${field} must be ${limits}, got ${writeSize(bytes)}`, closest);
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** A size the language can write and the type takes. */
function isSize(bytes: number, type: Of<'size'>): boolean {
  if (type.allowedBytes !== undefined) return type.allowedBytes.includes(bytes);
  return bytes >= type.minBytes && bytes <= type.maxBytes && bytes % KIB === 0;
}

const TRUE_WORDS = new Set(['yes', 'on', 'enabled', 'True', 'TRUE']);
const FALSE_WORDS = new Set(['no', 'off', 'disabled', 'none', 'False', 'FALSE']);

function checkBoolean(field: string, value: Value): ValueProblem | undefined {
  const type: ValueType = { is: 'boolean' };
  if (value.is === 'number' && (value.number === 0 || value.number === 1)) {
    return wrongForm(field, value, type, value.number === 1 ? 'true' : 'false');
  }
  if (value.is !== 'word') return wrongForm(field, value, type);
  if ((value.text === 'true' || value.text === 'false') && value.indexes.length === 0) return undefined;
  if (TRUE_WORDS.has(value.text)) return wrongForm(field, value, type, 'true');
  if (FALSE_WORDS.has(value.text)) return wrongForm(field, value, type, 'false');
  return wrongForm(field, value, type, nearest(value.text, ['true', 'false']));
}

function checkWord(field: string, value: Value, words: readonly string[]): ValueProblem | undefined {
  if (value.is === 'word' && value.indexes.length === 0 && words.includes(value.text)) return undefined;
  const text = value.is === 'word' || value.is === 'string' ? value.text : undefined;
  const near = text === undefined ? undefined : words.includes(text) ? text : nearest(text, words);
  if (value.is === 'word' && near !== undefined && value.indexes.length === 0) return misspelt(field, value, near);
  return {
    rule: 'value-out-of-range',
    span: value.span,
    message: `${field} must be ${either(words)}, got ${writeValue(value)}`,
    ...(near === undefined ? {} : { replacement: near }),
    formFits: value.is === 'word',
  };
}

function checkVersion(field: string, value: Value, type: Of<'version'>): ValueProblem | undefined {
  const families: readonly string[] = type.families;
  const text = value.is === 'word' || value.is === 'string' ? value.text : undefined;
  const parts = text === undefined ? null : /^([A-Za-z0-9]+)-v?([0-9]+)(\.[0-9]+)*$/.exec(text);
  if (parts !== null && value.is === 'word' && families.includes(parts[1] ?? '')) {
    const numbers = text?.slice(text.indexOf('-') + 1) ?? '';
    if (/^[0-9]+\.[0-9]+(\.[0-9]+)*$/.test(numbers)) return undefined;
  }
  const family = parts?.[1] === undefined ? undefined : nearest(parts[1], families);
  const numbers = text === undefined ? null : /([0-9]+)\.([0-9]+)/.exec(text);
  const major = text === undefined ? null : /-v?([0-9]+)$/.exec(text);
  const meant = numbers?.[0] ?? (major === null ? undefined : `${major[1]}.0`);
  const replacement = family !== undefined && meant !== undefined ? `${family}-${meant}` : undefined;
  return {
    rule: 'value-out-of-range',
    span: value.span,
    message: `${field} must be ${describeType(type)}, got ${writeValue(value)}`,
    ...(replacement === undefined ? {} : { replacement }),
    formFits: false,
  };
}

function checkString(field: string, value: Value, type: Of<'string'>): ValueProblem | undefined {
  if (value.is !== 'string') {
    return wrongForm(field, value, type, value.is === 'word' ? JSON.stringify(value.text) : undefined);
  }
  if (type.pattern === undefined || new RegExp(`^(?:${type.pattern})$`).test(value.text)) return undefined;
  return {
    rule: 'value-out-of-range',
    span: value.span,
    message: `${field} must be ${type.form ?? describeType(type)}, got ${writeValue(value)}`,
    formFits: true,
  };
}

function checkAddress(field: string, value: Value): ValueProblem | undefined {
  if (value.is === 'address') return undefined;
  const address = value.is === 'number' ? addressOfNumber(value.number, value.hexadecimal) : undefined;
  return {
    rule: 'address-form',
    span: value.span,
    message: addressMessage(field, address),
    ...(address === undefined ? {} : { replacement: address }),
    formFits: false,
  };
}

/** What a bare number after `at` most likely means: its digits are those of a device, as lspci prints them. */
export function addressOfNumber(number: number, hexadecimal: boolean): string | undefined {
  const digits = number.toString(hexadecimal ? 16 : 10);
  return Number.parseInt(digits, 16) <= 0x1f ? `${digits.padStart(2, '0')}.0` : undefined;
}

export function addressMessage(field: string, address: string | undefined): string {
  const form = `${field} takes an address: dd.f in hexadecimal, such as 05.0`;
  return address === undefined ? form : `Addresses are dd.f in hexadecimal; did you mean ${address}?`;
}

function checkRange(field: string, value: Value, type: Of<'range'>): ValueProblem | undefined {
  if (value.is !== 'range') return wrongForm(field, value, type);
  const problem = checkValue(field, value.from, type.of) ?? checkValue(field, value.to, type.of);
  if (problem !== undefined) return problem;
  const from = orderOf(value.from);
  const to = orderOf(value.to);
  if (type.descending === true || from === undefined || to === undefined || from <= to) return undefined;
  return {
    rule: 'value-out-of-range',
    span: value.span,
    message: `${field}: a range goes from low to high, got ${writeValue(value)}`,
    replacement: `${writeValue(value.to)}..${writeValue(value.from)}`,
    formFits: true,
  };
}

/** Where a scalar stands among its like. */
function orderOf(value: Value): number | undefined {
  if (value.is === 'number') return value.number;
  if (value.is === 'size') return value.bytes;
  if (value.is !== 'address') return undefined;
  const { segment = 0, bus = 0, device, function: fn } = value.address;
  return ((segment * 256 + bus) * 32 + device) * 8 + fn;
}

function checkList(field: string, value: Value, type: Of<'list'>): ValueProblem | undefined {
  if (value.is !== 'list') {
    const alone = checkValue(field, value, type.of);
    if (alone?.formFits === true) return alone;
    return wrongForm(field, value, type, alone === undefined ? `[${writeValue(value)}]` : undefined);
  }
  for (const item of value.items) {
    const problem = checkValue(field, item, type.of);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkAnyOf(field: string, value: Value, type: Of<'anyOf'>): ValueProblem | undefined {
  let best: ValueProblem | undefined;
  let replacement: string | undefined;
  const words: string[] = [];
  for (const one of type.types) {
    const problem = checkValue(field, value, one);
    if (problem === undefined) return undefined;
    if (one.is === 'keyword') words.push(...one.words.map((keyword) => keyword.word));
    replacement ??= problem.replacement;
    if (best === undefined || (problem.formFits && !best.formFits) || sameShape(value, one)) best = problem;
  }
  if (best?.formFits === true && value.is !== 'word') return best;
  if (sameShape(value, type)) return best;
  const near = value.is === 'word' ? nearest(value.text, words) : undefined;
  return near === undefined ? wrongForm(field, value, type, replacement) : misspelt(field, value, near);
}

/** A list for a list, a range for a range: the problem then lies inside and is worth telling. */
function sameShape(value: Value, type: ValueType): boolean {
  if (type.is === 'anyOf') return type.types.some((one) => sameShape(value, one));
  return value.is === type.is && (value.is === 'list' || value.is === 'range');
}

function misspelt(field: string, value: Value, near: string): ValueProblem {
  return {
    rule: 'value-out-of-range',
    span: value.span,
    message: `${field} cannot be ${writeValue(value)}; did you mean ${near}?`,
    replacement: near,
    formFits: true,
  };
}

function wrongForm(field: string, value: Value, type: ValueType, replacement?: string): ValueProblem {
  return {
    rule: 'value-out-of-range',
    span: value.span,
    message: `${field} must be ${describeType(type)}, got ${writeValue(value)}`,
    ...(replacement === undefined ? {} : { replacement }),
    formFits: false,
  };
}
