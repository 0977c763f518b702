/** Numbers, sizes and addresses: how they are read, and what people mean by the ones that are written wrongly. */
import type { TokenType } from 'chevrotain';
import { Address, Bad, Num, Size } from './tokens.ts';
import type { Address as AddressValue, SyntaxProblem } from './tree.ts';

/** A device number has five bits, a function number three (PCI Local Bus 3.0, 6.2.1). */
export const MAX_DEVICE = 0x1f;
export const MAX_FUNCTION = 7;

const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

export interface Numeral {
  readonly type: TokenType;
  /** What it stands for, in the form of a right one. */
  readonly image: string;
  readonly to: number;
  readonly problem?: Omit<SyntaxProblem, 'span'>;
}

/** The end of an address that starts here, or -1: `[[dddd:]bb:]dd.f`, two hexadecimal digits for bus and device. */
export function addressEnd(text: string, from: number): number {
  let at = from;
  if (text.charCodeAt(at + 4) === COLON && areHex(text, at, 4)) at += 5;
  if (text.charCodeAt(at + 2) === COLON && areHex(text, at, 2)) at += 3;
  else if (at !== from) return -1;
  const tens = text.charCodeAt(at);
  if (tens !== 0x30 && tens !== 0x31) return -1;
  if (text.charCodeAt(at + 2) !== DOT || !isHex(text.charCodeAt(at + 1))) return -1;
  const fn = text.charCodeAt(at + 3);
  if (!(fn >= 0x30 && fn <= 0x37) || isWordPart(text.charCodeAt(at + 4))) return -1;
  return at + 4;
}

const NUMERAL = /(?:0[xX][0-9A-Fa-f_]*|0[bB][01_]*(?![0-9A-Fa-f])|[0-9][0-9_]*)(KiB|MiB|GiB)?/y;
const ADDRESS_LIKE = /[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,2}\.[0-9A-Fa-f]+/y;
const WORD_PARTS = /[0-9A-Za-z_]*/y;

/** Reads what starts with a digit and is no address. */
export function readNumeral(text: string, from: number): Numeral {
  const addressLike = match(ADDRESS_LIKE, text, from);
  if (addressLike !== '' && !isWordPart(text.charCodeAt(from + addressLike.length))) {
    return misformedAddress(addressLike, from + addressLike.length);
  }
  const image = match(NUMERAL, text, from);
  const to = from + image.length;
  if (isWordPart(text.charCodeAt(to)) || /^0[xXbB]_*$/.test(image)) {
    const all = image + match(WORD_PARTS, text, to);
    return misformedNumber(all, from + all.length);
  }
  const size = UNITS[image.slice(-3)] !== undefined;
  const type = size ? Size : Num;
  if (/^0[0-9]/.test(image)) return leadingZero(image, to, size);
  if (size ? sizeOf(image) > Number.MAX_SAFE_INTEGER : numberOf(image) > Number.MAX_SAFE_INTEGER) {
    const message = `Numbers must be 0..${Number.MAX_SAFE_INTEGER}, got ${image}`;
    return { type, image: String(Number.MAX_SAFE_INTEGER), to, problem: { rule: 'value-out-of-range', message } };
  }
  return { type, image, to };
}

/** The number that a NUMBER stands for. */
export function numberOf(image: string): number {
  return Number(image.includes('_') ? image.replaceAll('_', '') : image);
}

/** The bytes that a SIZE stands for. */
export function sizeOf(image: string): number {
  const unit = UNITS[image.slice(-3)];
  return unit === undefined ? numberOf(image) : numberOf(image.slice(0, -3)) * unit;
}

/** The address that a right ADDRESS stands for. */
export function addressOf(image: string): AddressValue {
  const at = image.length - 4;
  const device = hexAt(image, at) * 16 + hexAt(image, at + 1);
  const fn = hexAt(image, at + 3);
  if (at === 0) return { device, function: fn };
  const bus = Number.parseInt(image.slice(at - 3, at - 1), 16);
  if (at === 3) return { bus, device, function: fn };
  return { segment: Number.parseInt(image.slice(0, at - 4), 16), bus, device, function: fn };
}

/** The address that people mean by a number after `at`: `5` and `0x5` are 05.0, `10` is device 10 without its function. */
export function addressMeantBy(written: string): string | undefined {
  const digits = /^(?:0[xX])?([0-9A-Fa-f]{1,2})$/.exec(written)?.[1];
  const device = digits === undefined ? undefined : deviceMeantBy(digits);
  return device === undefined ? undefined : `${device}.0`;
}

/** The message that goes with a wrong address. */
export function addressMessage(meant: string | undefined): string {
  return meant === undefined
    ? 'Addresses are dd.f in hexadecimal, from 00.0 to 1f.7, with a bus as in 02:01.0'
    : `Addresses are dd.f in hexadecimal; did you mean ${meant}?`;
}

function misformedAddress(written: string, to: number): Numeral {
  const [place = '', fn = ''] = written.split('.');
  const [device = '', bus, segment] = place.split(':').reverse();
  const meantDevice = deviceMeantBy(device);
  const right =
    meantDevice !== undefined && (bus === undefined || bus.length <= 2) && Number.parseInt(fn, 16) <= MAX_FUNCTION;
  if (!right)
    return { type: Bad, image: written, to, problem: { rule: 'address-form', message: addressMessage(undefined) } };
  const image = [
    ...(segment === undefined ? [] : [segment.padStart(4, '0')]),
    ...(bus === undefined ? [] : [bus.padStart(2, '0')]),
    `${meantDevice}.${Number.parseInt(fn, 16)}`,
  ].join(':');
  return {
    type: Address,
    image,
    to,
    problem: { rule: 'address-form', message: addressMessage(image), replacement: image },
  };
}

/** Two hexadecimal digits of a device; what is too large as hexadecimal is taken as decimal. */
function deviceMeantBy(digits: string): string | undefined {
  const hex = Number.parseInt(digits, 16);
  if (hex <= MAX_DEVICE) return hex.toString(16).padStart(2, '0');
  const decimal = /^[0-9]+$/.test(digits) ? Number(digits) : Number.POSITIVE_INFINITY;
  return decimal <= MAX_DEVICE ? decimal.toString(16).padStart(2, '0') : undefined;
}

/** `0300`: people mean hexadecimal; a size with a leading zero is decimal. */
function leadingZero(image: string, to: number, size: boolean): Numeral {
  const digits = image.replace(/^0+(?=[0-9])/, '');
  const meant = size ? digits : `0x${digits}`;
  const over = (size ? sizeOf(meant) : numberOf(meant)) > Number.MAX_SAFE_INTEGER;
  const message = `Numbers have no leading zero; did you mean ${meant}?`;
  const problem = { rule: 'address-form', message, replacement: meant } as const;
  return { type: size ? Size : Num, image: over ? String(Number.MAX_SAFE_INTEGER) : meant, to, problem };
}

/** `16MB`, `1f`, `0x`: digits with letters after them. */
function misformedNumber(written: string, to: number): Numeral {
  const size = /^0*([0-9_]+)([KMG])i?[bB]?$/i.exec(written);
  const meant = size !== null ? `${size[1]}${size[2]?.toUpperCase()}iB` : hexMeantBy(written);
  const sized = size !== null && sizeOf(meant ?? '') <= Number.MAX_SAFE_INTEGER;
  if (meant === undefined || (size !== null && !sized)) {
    const message = `Unexpected '${written}'; expected a number such as 16, 0x10 or 16MiB`;
    return { type: Bad, image: written, to, problem: { rule: 'syntax-unexpected-token', message } };
  }
  const message = `Unexpected '${written}'; expected a ${sized ? 'size' : 'number'} such as ${meant}`;
  const problem = { rule: 'syntax-unexpected-token', message, replacement: meant } as const;
  return { type: sized ? Size : Num, image: meant, to, problem };
}

function hexMeantBy(written: string): string | undefined {
  const digits = /^(?:0[xX])?0*([0-9A-Fa-f]+)[hH]?$/.exec(written)?.[1];
  const meant = `0x${digits?.toLowerCase()}`;
  return digits !== undefined && numberOf(meant) <= Number.MAX_SAFE_INTEGER ? meant : undefined;
}

const COLON = 0x3a;
const DOT = 0x2e;

function match(pattern: RegExp, text: string, from: number): string {
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0] ?? '';
}

function areHex(text: string, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) if (!isHex(text.charCodeAt(i))) return false;
  return true;
}

/** The value of a hexadecimal digit. */
function hexAt(image: string, at: number): number {
  const code = image.charCodeAt(at);
  return code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57;
}

const isHex = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);

/** A letter, a digit or `_`. */
export const isWordPart = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
