/** What functions hold after the boot, beside their names where these are completed. */
import type { Analysis } from '../analysis/analysis.ts';
import type { PciFunction, Topology } from '../pci/topology.ts';
import { functionRow, lastCalls } from './allocation.ts';
import { rangesText, resultText } from './allocation-text.ts';
import type { Choice } from './completion-values.ts';
import { targetsText } from './delivery.ts';

/** Names that are looked up: a longer list is narrowed by typing. */
const NAMES_TOLD = 100;
/** CPUs named before "and n more". */
const CPUS_NAMED = 4;

/** The choices, those that name functions with what these hold; of an array, its first element. */
export function withHeld(choices: readonly Choice[], analysis: Analysis | undefined): readonly Choice[] {
  const result = analysis?.boot.steps[0];
  if (analysis === undefined || result === undefined || !choices.some(({ role }) => role === 'name')) return choices;
  const functions = firstByName(analysis.topology);
  let told = 0;
  const calls = lastCalls([result]);
  return choices.map((choice) => {
    const fn = choice.role === 'name' ? functions.get(choice.label) : undefined;
    if (fn === undefined || told++ >= NAMES_TOLD) return choice;
    const row = functionRow(result.state, fn, calls.get(fn.index) ?? []);
    if (!row.present) return choice;
    const { delivery, interrupts } = row;
    const numbers = delivery === undefined ? rangesText(interrupts) : targetsText(delivery, CPUS_NAMED);
    const entries = delivery?.remapping === undefined ? '' : `; entries ${rangesText(delivery.remapping.entries)}`;
    const held = [resultText(row), `${numbers}${entries}`].filter((part) => part !== '').join(': ');
    if (held === '') return choice;
    const line = `${fn.name} after the boot: ${held}`;
    return { ...choice, doc: choice.doc === undefined ? line : `${choice.doc}\n\n${line}` };
  });
}

const byName = new WeakMap<Topology, ReadonlyMap<string, PciFunction>>();

/** The first function of each declaration with a name. */
function firstByName(topology: Topology): ReadonlyMap<string, PciFunction> {
  const known = byName.get(topology);
  if (known !== undefined) return known;
  const named = new Map<string, PciFunction>();
  for (const [node, [first]] of topology.byNode) {
    const fn = first === undefined ? undefined : topology.functions[first];
    if (node.name !== undefined && fn !== undefined) named.set(node.name, fn);
  }
  byName.set(topology, named);
  return named;
}
