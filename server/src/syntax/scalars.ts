/** The scalar that one token stands for. */
import type { IToken } from 'chevrotain';
import { addressOf, numberOf, sizeOf } from './numerals.ts';
import type { Scalar, Span } from './tree.ts';

export function numberAt(span: Span, { image }: IToken): Scalar {
  return { is: 'number', span, number: numberOf(image), hexadecimal: isHexadecimal(image) };
}

export function sizeAt(span: Span, { image }: IToken): Scalar {
  return { is: 'size', span, bytes: sizeOf(image) };
}

export function addressAt(span: Span, { image }: IToken): Scalar {
  return { is: 'address', span, address: addressOf(image) };
}

export function stringAt(span: Span, token: IToken): Scalar {
  return { is: 'string', span, text: textOf(token) };
}

/** The text of a STRING, without its quotes and escapes. */
export function textOf({ image }: IToken): string {
  const inner = image.slice(1, -1);
  return inner.includes('\\') ? inner.replace(/\\(["\\])/g, '$1') : inner;
}

/** `0x10` and `0X10`: an x is 0x78, an X is 0x58. */
const isHexadecimal = (image: string): boolean => (image.charCodeAt(1) | 0x20) === 0x78;
