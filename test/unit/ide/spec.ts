/** Specs for the tests of this folder: texts with a bar where the cursor stands. */
import { type Analysis, analyseNow, type Sources } from '../../../server/src/analysis/index.ts';
import type { SpecFiles } from '../../../server/src/ide/names.ts';
import { parse } from '../../../server/src/syntax/parser.ts';

export const MAIN = 'file:///spec/main.irqtopo';

/** A text without its bar, and the offset where that stood. */
export function cursorIn(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('|');
  if (offset < 0) throw new Error('the text has no cursor');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

/** A spec of a main file and others beside it. */
export function filesOf(text: string, others: Readonly<Record<string, string>> = {}): SpecFiles {
  const rest = Object.entries(others).map(([name, other]) => [`file:///spec/${name}`, parse(other)] as const);
  return new Map([[MAIN, parse(text)], ...rest]);
}

export const sourcesOf = (text: string): Sources => ({
  read: (uri) => (uri === MAIN ? { text } : { missing: 'does not exist' }),
  resolve: (from, path) => ({ uri: new URL(path, from).href }),
});

export const analysisOf = (text: string): Analysis => analyseNow(sourcesOf(text), MAIN);

/** A machine of one GIC with an ITS; what is given stands in its host bridge, what follows it at the top level. */
export const machine = (inBridge: string, atTop = ''): string => `/// A test.
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
${inBridge}
}
${atTop}
`;
