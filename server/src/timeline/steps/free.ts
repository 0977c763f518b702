/** `free`: the bound driver takes single MSI-X entries away again (pci_msix_free_irq). */
import { has } from '../../base/intervals.ts';
import type { StepOf } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { canAllocateAt, freeAt } from '../dynamic.ts';
import { noted } from '../log.ts';
import { functionState, type MachineState } from '../state.ts';
import { unsupported } from './allocate.ts';
import { ended, nameOf, type OnFunction, refuse, whenBound } from './subjects.ts';

/** One call per entry, until one is not there: EINVAL. Without an index those go that came last. */
export function freeOne({ index, count }: StepOf<'free'>): OnFunction {
  return whenBound('pci_msix_free_irq', (before, fn, log) => {
    let state = before;
    if (functionState(before, fn).mode !== 'msix' || !canAllocateAt(before, fn)) {
      return refuse(before, fn, unsupported(before, fn), log, 'ENOTSUPP', 'msix-dynamic-unsupported');
    }
    for (let i = 0; i < count; i++) {
      const entry = index === undefined ? lastEntry(state, fn) : index + i;
      const name = nameOf(state, fn);
      const isRequested = entry !== undefined && has(functionState(state, fn).handlers, entry);
      const freed = freeAt(state, fn, entry ?? 0);
      state = noted(log, freed);
      if (freed.errno !== undefined) {
        const what = entry === undefined ? 'no entry left' : `no entry ${entry}`;
        return refuse(state, fn, `${name} holds ${what}: pci_msix_free_irq frees nothing`, log, freed.errno);
      }
      if (isRequested) {
        const message = `${name}: the handler of entry ${entry} is still installed; \`free-irq\` comes first`;
        log.refused.push({ rule: 'lifecycle-free-while-requested', message, fn });
      }
    }
    return ended(state, fn, undefined);
  });
}

function lastEntry(state: MachineState, fn: FunctionIndex): number | undefined {
  const run = functionState(state, fn).vectors.at(-1);
  return run === undefined ? undefined : run.index + run.count - 1;
}
