/** `allocate`: the bound driver adds single MSI-X entries (pci_msix_alloc_irq_at). */
import type { Failure } from '../../base/result.ts';
import type { StepOf } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { allocateAt } from '../dynamic.ts';
import { noted } from '../log.ts';
import { functionState, type MachineState } from '../state.ts';
import { ended, nameOf, type OnFunction, refuse, whenBound } from './subjects.ts';

/** One call per entry, until one fails: ENOTSUPP, EBUSY, ERANGE, ENOSPC. Those before it stay. */
export function allocateOne({ index, count }: StepOf<'allocate'>): OnFunction {
  return whenBound('pci_msix_alloc_irq_at', (before, fn, log) => {
    let state = before;
    for (let i = 0; i < count; i++) {
      const asked = index === undefined ? 'any' : index + i;
      const added = allocateAt(state, fn, asked);
      state = noted(log, added);
      if (added.errno === undefined) continue;
      const { message, rule } = whyNot(state, fn, asked, added.errno);
      return refuse(state, fn, message, log, added.errno, rule);
    }
    return ended(state, fn, undefined);
  });
}

function whyNot(
  state: MachineState,
  fn: FunctionIndex,
  index: number | 'any',
  errno: Failure,
): { readonly message: string; readonly rule?: string } {
  const name = nameOf(state, fn);
  const table = state.topology.functions[fn]?.node.capabilities.msix ?? 0;
  switch (errno) {
    case 'ENOTSUPP':
      return { message: unsupported(state, fn), rule: 'msix-dynamic-unsupported' };
    case 'EBUSY':
      return {
        message:
          index === 'any'
            ? `All ${table} entries of ${name} are taken (-EBUSY)`
            : `Entry ${index} of ${name} is taken already (-EBUSY)`,
        rule: 'msix-index-in-use',
      };
    case 'ERANGE':
      return {
        message: `${name} has no entry ${index}: its table ends at ${table - 1} (-ERANGE)`,
        rule: 'request-exceeds-table',
      };
    default:
      return { message: `${name} gets no vector for entry ${index}: -${errno}` };
  }
}

/** The first thing that pci_msix_can_alloc_dyn misses, as a sentence. */
export function unsupported(state: MachineState, fn: FunctionIndex): string {
  const { machine, functions } = state.topology;
  const name = nameOf(state, fn);
  if (machine.rules === '6.1') return 'Linux has no single MSI-X entries before 6.2 (-ENOTSUPP)';
  if (functions[fn]?.node.capabilities.msix === 0) return `${name} has no MSI-X table (-ENOTSUPP)`;
  if (functionState(state, fn).mode !== 'msix')
    return `${name} has MSI-X disabled; single entries come on top of an \`enable\` (-ENOTSUPP)`;
  return `${name}: its interrupt controller takes all entries at \`enable\`; only x86 adds and frees single ones (-ENOTSUPP)`;
}
