/**
 * RISC-V IMSIC: an interrupt file per CPU, whose identities devices write (irq-riscv-imsic-platform.c, irq-riscv-imsic-state.c,
 * kernel/irq/matrix.c; from Linux 6.10, read up to 6.17). No DeviceID, no table, no sharing; the message names the CPU's file
 * and the identity, so an interrupt that moves is written anew into the device.
 */
import { IntMap } from '../../base/int-map.ts';
import { add, type Interval, type Intervals, interval, remove } from '../../base/intervals.ts';
import type { Machine, RiscvImsic } from '../../model/machine.ts';
import {
  type CpuFigures,
  type Demand,
  done,
  type InterruptController,
  noEffects,
  type Outcome,
  type Reason,
  type Requester,
  type VectorRun,
} from '../controller.ts';
import type { Effect } from '../effect.ts';
import { emptyFiles, identitiesForDevices, onlineOf, returnIdentity, takeIdentity } from './identity-files.ts';
import { bringOnline, release, request, setAffinity, takeOffline } from './moves.ts';
import type { ImsicState, Place } from './state.ts';

export type { ImsicState, Place } from './state.ts';

/** MAX_SPARSE_IRQS: there are always more numbers than identities. */
const lastNumber = 2 ** 31 - 1;

/** The files at power on. */
export function initialImsicState(imsic: RiscvImsic, machine: Machine): ImsicState {
  return {
    type: 'riscv-imsic',
    rules: machine.rules,
    identities: identitiesForDevices(imsic.identities),
    files: emptyFiles(imsic.identities, machine.cpus, machine.possibleCpus),
    numbers: interval(1, lastNumber),
    interrupts: IntMap.empty(),
  };
}

/** The state with its tables open to change in place. */
export const scratchImsic = (state: ImsicState): ImsicState => ({ ...state, interrupts: state.interrupts.draft() });

/** Ends what {@link scratchImsic} began. */
export const frozenImsic = (state: ImsicState): ImsicState => ({ ...state, interrupts: state.interrupts.frozen() });

/** The CPU and the identity of each vector of a run, in order. */
export function placesOf({ interrupts }: ImsicState, { hwirq, count }: VectorRun): readonly Place[] {
  const places: Place[] = [];
  for (let number = hwirq; number < hwirq + count; number++) {
    const own = interrupts.get(number);
    if (own !== undefined) places.push(own);
  }
  return places;
}

/** imsic_irq_domain_alloc takes one interrupt at a time (EOPNOTSUPP otherwise), and MULTI_PCI_MSI is no feature of its domains. */
export const riscvImsic: InterruptController<ImsicState> = {
  supports: { multiMsi: false, dynamicMsix: false },
  prepare: (state, demand) => done(state, demand.vectors),
  teardown: (state) => done(state, undefined),
  allocate,
  free,
  request,
  release,
  setAffinity,
  cpus: { takeOffline, bringOnline },
  cpuFigures,
  figures: ({ files, identities }) => {
    let msis = 0;
    let msisFree = 0;
    for (const { available, online } of files) {
      msis += identities - available;
      if (online) msisFree += available;
    }
    return { msis, msisFree };
  },
};

/**
 * imsic_irq_domain_alloc, vector by vector: an identity of the CPU online with the most left, whatever CPUs a managed interrupt
 * is for; it moves there with its handler.
 */
function allocate(state: ImsicState, demand: Demand, limit: number): Outcome<ImsicState, readonly VectorRun[]> {
  const { managed } = demand;
  const wanted = Math.min(demand.vectors, limit);
  const files = state.files.slice();
  const places: Place[] = [];
  while (places.length < wanted) {
    const place = takeIdentity(files, undefined);
    if (place === undefined) break;
    places.push(place);
  }
  const { identities } = state;
  const left = places.length;
  const effects: readonly Effect[] =
    left < wanted ? [{ does: 'no-identity', left, cpus: onlineOf(files).length, identities }] : noEffects;
  if (left === 0) return done(state, [], effects);
  const taken = takeNumbers(state.numbers, left);
  const runs: VectorRun[] = [];
  let { interrupts } = state;
  let position = 0;
  for (const { first, last } of taken.numbers) {
    for (let number = first; number <= last; number++, position++) {
      const place = places[position];
      if (place === undefined) break;
      const isManaged = managed !== undefined && position >= managed.first && position <= managed.last;
      const mask = isManaged ? managed.masks[position - managed.first] : undefined;
      const { cpu, identity } = place;
      interrupts = interrupts.set(number, { cpu, identity, mask, managed: isManaged, requested: false });
    }
    appendRuns(runs, demand, position - (last - first + 1), first, last - first + 1);
  }
  return done({ ...state, files, interrupts, numbers: taken.left }, runs, effects, () => placeReasons(places));
}

/** The lowest numbers, as many as wanted: there are always enough. */
function takeNumbers(free: Intervals, wanted: number): { readonly numbers: Intervals; readonly left: Intervals } {
  const numbers: Interval[] = [];
  let left = free;
  let missing = wanted;
  for (const { first, last } of free) {
    if (missing === 0) break;
    const end = Math.min(last, first + missing - 1);
    numbers.push({ first, last: end });
    left = remove(left, first, end);
    missing -= end - first + 1;
  }
  return { numbers, left };
}

/** Identities of one CPU; undefined: there is no such CPU. Nothing is set aside: a managed interrupt counts where it is. */
function cpuFigures({ files, identities, interrupts }: ImsicState, cpu: number): CpuFigures | undefined {
  const file = files[cpu];
  if (file === undefined) return undefined;
  let managed = 0;
  for (const own of interrupts.values()) if (own.managed && own.cpu === cpu) managed++;
  return { vectors: identities - file.available, managed, available: file.online ? file.available : 0 };
}

/** imsic_irq_domain_free: the identities go back to their CPUs. */
function free(state: ImsicState, _requester: Requester, runs: readonly VectorRun[]): Outcome<ImsicState, undefined> {
  const files = state.files.slice();
  let { interrupts, numbers } = state;
  for (const { hwirq, count } of runs) {
    for (let number = hwirq; number < hwirq + count; number++) {
      const own = interrupts.get(number);
      if (own === undefined) continue;
      returnIdentity(files, own);
      interrupts = interrupts.delete(number);
    }
    numbers = add(numbers, hwirq, hwirq + count - 1);
  }
  return done({ ...state, files, interrupts, numbers }, undefined);
}

/** Adds numbers in a row as one run, or one each where table entries are chosen or CPUs kept. */
function appendRuns(
  runs: VectorRun[],
  { entries, managed }: Demand,
  position: number,
  number: number,
  count: number,
): void {
  if (entries === undefined && managed === undefined) {
    runs.push({
      index: position,
      data: number,
      hwirq: number,
      count,
      cpus: undefined,
      mask: undefined,
      managed: false,
    });
    return;
  }
  for (let i = 0; i < count; i++) {
    const at = position + i;
    const isManaged = managed !== undefined && at >= managed.first && at <= managed.last;
    const mask = isManaged ? managed.masks[at - managed.first] : undefined;
    const index = entries?.[at] ?? at;
    runs.push({ index, data: number + i, hwirq: number + i, count: 1, cpus: undefined, mask, managed: isManaged });
  }
}

function placeReasons(places: readonly Place[]): Reason[] {
  return [
    {
      text: `from the CPU with the most left, the lowest first: ${placesText(places)}`,
      source: 'imsic_vector_alloc, irq-riscv-imsic-state.c; irq_matrix_alloc, kernel/irq/matrix.c',
    },
  ];
}

/** "identities 2..4 of CPU 0 and 2, 3 of CPU 1" */
export function placesText(places: readonly Place[]): string {
  const byCpu = new Map<number, Intervals>();
  for (const { cpu, identity } of places) byCpu.set(cpu, add(byCpu.get(cpu) ?? [], identity, identity));
  const parts = [...byCpu]
    .sort(([a], [b]) => a - b)
    .map(([cpu, own]) => `${own.map(runText).join(', ')} of CPU ${cpu}`);
  const word = places.length === 1 ? 'identity' : 'identities';
  return `${word} ${parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? '')}`;
}

const runText = ({ first, last }: Interval): string => (first === last ? `${first}` : `${first}..${last}`);
