/** One PCI tree on each interrupt controller: none may be slow where another is quick. */
import { type Analysis, analyseNow, type Sources } from '../../server/src/analysis/index.ts';
import { parse } from '../../server/src/syntax/parser.ts';
import { diffEdit, reparse } from '../../server/src/syntax/reparse.ts';
import type { Tree } from '../../server/src/syntax/tree.ts';
import { type Figures, figuresOf } from './figures.ts';
import { generateSpec } from './generate.ts';

/**
 * The tree asks for about 4,000 vectors. A GICv2m has 987 SPIs at most, and the rest is told; on a pseries QEMU aborts when its
 * 3,328 sources are gone; all others have room.
 */
const CONTROLLERS: readonly (readonly [name: string, block: string])[] = [
  ['gicv3', 'gicv3 { its its0 { device-id-bits = 24 } }'],
  ['gicv2m', 'gicv2m { spis = 32..1018 }'],
  ['gicv5', 'gicv5 { its its0 { device-id-bits = 24 } }'],
  ['x86-apic', 'x86-apic'],
  ['x86-apic, Intel remapping', 'x86-apic { remapping = intel }'],
  ['x86-apic, AMD remapping', 'x86-apic { remapping = amd }'],
  ['spapr-dual', 'spapr-dual'],
  ['riscv-imsic', 'riscv-imsic'],
];

/** Enough for the vectors of the x86 and the identities of the IMSIC. */
const CPUS = 32;

const URI = 'file:///bench/controllers.irqtopo';

export interface ControllerFigures {
  readonly name: string;
  /** Analysis of a text that was never seen before. */
  readonly fresh: Figures;
  /** Analysis after a digit was typed or taken back somewhere in the text. */
  readonly edit: Figures;
  readonly findings: number;
}

/** A text that is being edited, and what its analyses took. */
interface Edited {
  readonly name: string;
  readonly spec: string;
  tree: Tree;
  analysis: Analysis;
  readonly fresh: number[];
  readonly edit: number[];
}

/** Edits between two analyses of a text never seen before. */
const EDITS_PER_ROUND = 4;

/** The controllers take turns, so that all meet the same load. */
export function measureControllers(functions: number, rounds: number): readonly ControllerFigures[] {
  const all = CONTROLLERS.map(([name, block]): Edited => {
    const lines = [`machine generated { os = linux-7.2; cpus = ${CPUS} }`, `interrupt-controller intc : ${block}`];
    const spec = generateSpec(functions, { lines, its: block.includes('its0') ? 'its0' : undefined });
    const tree = parse(spec);
    return { name, spec, tree, analysis: analyseNow(sourcesOf(spec), URI), fresh: [], edit: [] };
  });
  let keys = 0;
  for (let round = 0; round < rounds; round++) {
    for (const own of all) own.fresh.push(timed(() => analyseNow(sourcesOf(own.spec), URI)));
    for (let i = 0; i < EDITS_PER_ROUND; i++, keys++) for (const own of all) own.edit.push(typeKey(own, keys));
  }
  return all.map(({ name, fresh, edit, analysis }) => ({
    name,
    fresh: figuresOf(fresh),
    edit: figuresOf(edit),
    findings: analysis.findings.length,
  }));
}

/** Types a digit behind some `msix = N`, or takes the last one back; gives the time of the analysis. */
function typeKey(own: Edited, key: number): number {
  const places = [...own.spec.matchAll(/^\s*msix = \d+$/gm)];
  const place = places[((key >> 1) * 7919) % places.length];
  if (place === undefined) throw new Error('the spec has no digit to edit');
  const at = place.index + place[0].length;
  const text = key % 2 === 0 ? `${own.spec.slice(0, at)}1${own.spec.slice(at)}` : own.spec;
  return timed(() => {
    own.tree = reparse(own.tree, [diffEdit(own.tree.text, text)], text);
    own.analysis = analyseNow(sourcesOf(text), URI, own.analysis, new Map([[URI, own.tree]]));
  });
}

const sourcesOf = (text: string): Sources => ({
  read: (uri) => (uri === URI ? { text } : { missing: 'does not exist' }),
  resolve: () => ({ refused: 'has no files' }),
});

function timed(work: () => unknown): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}
