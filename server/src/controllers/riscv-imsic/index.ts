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
import type { ImsicState, Interrupt, Place } from './state.ts';

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
  const { entries, managed } = demand;
  const wanted = Math.min(demand.vectors, limit);
  const files = state.files.slice();
  let { interrupts, numbers } = state;
  const places: Place[] = [];
  const runs: VectorRun[] = [];
  for (let position = 0; position < wanted; position++) {
    const place = takeIdentity(files, undefined);
    const number = numbers[0]?.first;
    if (place === undefined || number === undefined) break;
    numbers = remove(numbers, number, number);
    const isManaged = managed !== undefined && position >= managed.first && position <= managed.last;
    const mask = isManaged ? managed.masks[position - managed.first] : undefined;
    const interrupt: Interrupt = { ...place, mask, managed: isManaged, requested: false };
    interrupts = interrupts.set(number, interrupt);
    places.push(place);
    append(runs, { index: entries?.[position] ?? position, number, mask, isManaged });
  }
  const { identities } = state;
  const left = places.length;
  const effects: readonly Effect[] =
    left < wanted ? [{ does: 'no-identity', left, cpus: onlineOf(files).length, identities }] : noEffects;
  if (left === 0) return done(state, [], effects);
  return done({ ...state, files, interrupts, numbers }, runs, effects, () => placeReasons(places));
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

interface Appended {
  readonly index: number;
  readonly number: number;
  readonly mask: VectorRun['mask'];
  readonly isManaged: boolean;
}

/** Adds one vector to the last run, or as a run of its own where the numbers do not go on or it has its own CPUs. */
function append(runs: VectorRun[], { index, number, mask, isManaged }: Appended): void {
  const last = runs[runs.length - 1];
  const goesOn = last !== undefined && last.hwirq + last.count === number && last.index + last.count === index;
  if (goesOn && !isManaged && !last.managed) runs[runs.length - 1] = { ...last, count: last.count + 1 };
  else runs.push({ index, data: number, hwirq: number, count: 1, cpus: undefined, mask, managed: isManaged });
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
