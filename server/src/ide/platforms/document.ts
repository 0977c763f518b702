/** A spec on another platform as a document of its own. */
import { lineEndOf } from '../../syntax/layout.ts';
import type { SpecOn } from './spec-on.ts';

export interface SpecDocument {
  /** A file name: `board-on-x86-apic.irqtopo`. */
  readonly name: string;
  readonly text: string;
}

/**
 * The document, which begins with what was changed.
 * @param file the name of the spec's own file, without its folder
 */
export function documentOf({ platform, text, changes }: SpecOn, file: string): SpecDocument {
  const stem = file.replace(/\.irqtopo$/, '') || 'spec';
  const head = [`// ${oneLine(file)} on ${platform.type}`, ...changes.map((change) => `//   ${oneLine(change)}`)];
  const lineEnd = lineEndOf(text);
  return { name: `${stem}-on-${platform.type}.irqtopo`, text: [...head, '', text].join(lineEnd) };
}

/** A quoted name may hold anything; a comment ends with its line. */
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');
