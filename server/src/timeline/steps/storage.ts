/** `allocate` and `free` with `mode = ims`, and `request-irq` with a PASID: entries of a function's message storage. */
import { type Intervals, size, within } from '../../base/intervals.ts';
import type { Failure } from '../../base/result.ts';
import type { StepOf } from '../../model/machine.ts';
import { writeVersion } from '../../model/versions.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import {
  allocateIms,
  freeIms,
  imsAllocated,
  imsEntries,
  imsObstacle,
  imsState,
  pasidOf,
  requestImsIrqs,
  withPasid,
} from '../ims.ts';
import { noted } from '../log.ts';
import type { MachineState } from '../state.ts';
import { ended, nameOf, type OnFunction, refuse, whenBound } from './subjects.ts';

/** One call per entry, until one fails: ENOTSUPP, EBUSY, ERANGE, ENOSPC. Those before it stay. */
export function allocateStorageOne({ index, count }: StepOf<'allocate'>): OnFunction {
  return whenBound('pci_ims_alloc_irq', (before, fn, log) => {
    const added = allocateIms(before, fn, index ?? 'any', count);
    const state = noted(log, added);
    const { errno, granted } = added;
    if (errno === undefined) return ended(state, fn, undefined);
    const failing = index === undefined ? undefined : index + granted;
    const { message, rule } = whyNot(state, fn, failing, errno);
    return refuse(state, fn, message, log, errno, rule);
  });
}

/** One call per entry, until one is not there: EINVAL. Without an index those go that came last. */
export function freeStorageOne({ index, count }: StepOf<'free'>): OnFunction {
  return whenBound('pci_ims_free_irq', (before, fn, log) => {
    let state = before;
    for (let i = 0; i < count; i++) {
      const entry = index === undefined ? imsAllocated(state, fn).at(-1)?.last : index + i;
      const freed = freeIms(state, fn, entry ?? 0);
      state = noted(log, freed);
      if (freed.errno === undefined) continue;
      const what = entry === undefined ? 'no entry left' : `no entry ${entry}`;
      const message = `${nameOf(state, fn)} holds ${what} of its message storage: pci_ims_free_irq frees nothing`;
      return refuse(state, fn, message, log, freed.errno);
    }
    return ended(state, fn, undefined);
  });
}

/** request_irq on entries of message storage, counted among those allocated; each is bound to the PASID first. */
export function requestStorageOne({ vectors, pasid }: StepOf<'request-irq'>): OnFunction {
  return whenBound('request_irq', (before, fn, log) => {
    const entries = entriesAt(imsAllocated(before, fn), vectors.first, vectors.last);
    if (entries.length <= vectors.last - vectors.first) {
      const message = `${nameOf(before, fn)} has no entry ${vectors.last} of message storage: \`allocate\` with mode = ims comes first`;
      return refuse(before, fn, message, log, 'EINVAL', 'lifecycle-request-before-alloc');
    }
    let state = before;
    for (const entry of entries) {
      const bound = bind(state, fn, entry, pasid ?? 0);
      if (bound === undefined) return refuseBound(state, fn, entry, log);
      if (within(imsState(bound, fn).handlers, entry, entry).length > 0) {
        const message = `Entry ${entry} of ${nameOf(state, fn)} has its handler already: request_irq returns -EBUSY`;
        return refuse(bound, fn, message, log, 'EBUSY');
      }
      const handled = requestImsIrqs(bound, fn, entry, entry);
      state = noted(log, handled);
      if (handled.errno !== undefined) return ended(state, fn, handled.errno);
    }
    return ended(state, fn, undefined);
  });
}

/** `set-pasid`: an entry is bound to a PASID. EINVAL: it is not allocated; EBUSY: it is bound to another one. */
export function setPasidOne({ entry, pasid }: StepOf<'set-pasid'>): OnFunction {
  return whenBound('pci_ims_alloc_irq', (state, fn, log) => {
    const name = nameOf(state, fn);
    if (within(imsAllocated(state, fn), entry, entry).length === 0) {
      const message = `${name} has not allocated entry ${entry} of its message storage`;
      return refuse(state, fn, message, log, 'EINVAL', 'lifecycle-request-before-alloc');
    }
    const bound = bind(state, fn, entry, pasid);
    return bound === undefined ? refuseBound(state, fn, entry, log) : ended(bound, fn, undefined);
  });
}

/** Undefined: the entry is bound to another PASID. */
function bind(state: MachineState, fn: FunctionIndex, entry: number, pasid: number): MachineState | undefined {
  const known = pasidOf(state, fn, entry);
  return known === undefined || known === pasid ? withPasid(state, fn, entry, pasid) : undefined;
}

function refuseBound(
  state: MachineState,
  fn: FunctionIndex,
  entry: number,
  log: Parameters<OnFunction>[2],
): MachineState {
  const message = `Entry ${entry} of ${nameOf(state, fn)} is bound to PASID ${pasidOf(state, fn, entry)} already: \`free\` it first (-EBUSY)`;
  return refuse(state, fn, message, log, 'EBUSY', 'ims-bound-twice');
}

/** The numbers of the allocated entries at positions `first`..`last`. */
function entriesAt(allocated: Intervals, first: number, last: number): number[] {
  const entries: number[] = [];
  let position = 0;
  for (const run of allocated) {
    const [from, to] = [Math.max(first - position, 0), Math.min(last - position, run.last - run.first)];
    for (let i = from; i <= to; i++) entries.push(run.first + i);
    position += run.last - run.first + 1;
  }
  return entries;
}

function whyNot(
  state: MachineState,
  fn: FunctionIndex,
  index: number | undefined,
  errno: Failure,
): { readonly message: string; readonly rule?: string } {
  const name = nameOf(state, fn);
  switch (errno) {
    case 'ENOTSUPP':
      return { message: `${noStorageText(state, fn)} (-ENOTSUPP)`, rule: 'ims-not-in-kernel' };
    case 'EBUSY':
      return {
        message:
          index === undefined
            ? `All ${size(imsAllocated(state, fn))} entries of ${name}'s message storage are taken (-EBUSY)`
            : `Entry ${index} of ${name}'s message storage is taken already (-EBUSY)`,
        rule: 'msix-index-in-use',
      };
    case 'ERANGE':
      return {
        message: `${name} has no entry ${index}: its message storage ends at ${imsEntries(state, fn) - 1} (-ERANGE)`,
        rule: 'request-exceeds-table',
      };
    default:
      return {
        message: `${name} gets no vector for ${index === undefined ? 'its next entry' : `entry ${index}`}: -${errno}`,
      };
  }
}

/** Why a function of the host gets no message storage, as a sentence. */
export function noStorageText(state: MachineState, fn: FunctionIndex): string {
  const name = nameOf(state, fn);
  switch (imsObstacle(state, fn)) {
    case 'storage':
      return `${name} has no message storage`;
    case 'kernel':
      return `Linux ${writeVersion(state.topology.machine.os)} has no IMS: it was merged for 6.2 and reverted for 6.10`;
    default:
      return `${name}: IMS needs x86 with interrupt remapping`;
  }
}
