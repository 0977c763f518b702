/** What a step did at the hardware and in firmware, in order, a line each: commands of an ITS, vectors, entries, calls. */
import { add, type Intervals, noIntervals } from '../base/intervals.ts';
import { type Effect, mergeEffects, type VectorTarget, type Warning } from '../controllers/effect.ts';
import type { ChangeMsiAnswer } from '../controllers/spapr/change-msi.ts';
import { hex } from '../pci/bus.ts';
import type { Topology } from '../pci/topology.ts';
import { counted } from '../rules/words.ts';

/** A sentence without its full stop for each, neighbours that go on from one another in one. */
export const effectLines = (effects: readonly Effect[], topology: Topology): readonly string[] =>
  mergeEffects(effects).map((effect) => lineOf(effect, (fn) => topology.functions[fn]?.name ?? 'a function'));

function lineOf(effect: Effect, nameOf: (fn: number) => string): string {
  switch (effect.does) {
    case 'mapd': {
      const { deviceId, events, lpiBase, lpiCount, lpisRequested } = effect;
      const cut = lpiCount < lpisRequested ? `; ${lpisRequested} were asked for` : '';
      return `MAPD: DeviceID ${hex(deviceId)} gets a table of ${counted(events, 'event')} and LPIs ${span(lpiBase, lpiCount)}${cut}`;
    }
    case 'unmapd':
      return `MAPD, V=0: the table of DeviceID ${hex(effect.deviceId)} and its LPIs are free`;
    case 'mapti': {
      const { deviceId, eventId, lpi, count, collections } = effect;
      const to = collections.length === 0 ? '' : `, to ${cpus(collections)}`;
      return `MAPTI: ${events(eventId, count)} of DeviceID ${hex(deviceId)} ${count === 1 ? 'is' : 'are'} LPI${count === 1 ? '' : 's'} ${span(lpi, count)}${to}`;
    }
    case 'discard':
      return `DISCARD: ${events(effect.eventId, effect.count)} of DeviceID ${hex(effect.deviceId)}`;
    case 'movi':
      return `MOVI: event ${effect.eventId} of DeviceID ${hex(effect.deviceId)} goes to cpu[${effect.collection}]`;
    case 'no-lpis':
      return `no LPI is left of ${effect.wanted} asked for`;
    case 'change-msi':
      return `ibm,change-msi, function ${effect.called}, for ${effect.asked === 0 ? 'release' : effect.asked}: ${answer(effect.answer)}`;
    case 'vectors-taken':
    case 'vectors-returned': {
      const { fn, index, targets } = effect;
      const own = `${targets.length === 1 ? 'vector' : 'vectors'} ${span(index, targets.length)} of ${nameOf(fn)}`;
      return `${own} ${effect.does === 'vectors-taken' ? 'now at' : 'no more at'} ${targetsOf(targets)}`;
    }
    case 'vector-moved': {
      const { irq, from, to } = effect;
      if (to === undefined) return `interrupt ${irq} is shut down: no CPU of its mask is online`;
      return `interrupt ${irq} ${from === undefined ? 'starts again' : `leaves ${targetsOf([from])}`} for ${targetsOf([to])}`;
    }
    case 'entries-written': {
      const { fn, first, count, holds } = effect;
      const what = `remapping ${count === 1 ? 'entry' : 'entries'} ${span(first, count)} of ${nameOf(fn)}`;
      return holds === 'freed'
        ? `${what} ${count === 1 ? 'is' : 'are'} given back`
        : `${what} written, with ${ENTRY[holds]}`;
    }
    case 'no-vector':
      return `no vector is left for ${effect.line ? 'the line' : `vector ${effect.index}`} of ${nameOf(effect.fn)}`;
    case 'no-managed-vector':
      return `cpu[${effect.cpu}] has no vector left to set aside`;
    case 'no-entries':
      return `the remapping table has ${effect.left} of ${effect.entries} entries left, too few`;
    case 'no-table':
      return `DeviceID ${hex(effect.deviceId)} gets no table of ${counted(effect.events, 'event')}`;
    case 'no-identity':
      return `the CPUs have ${effect.left} interrupt identities left, too few`;
    case 'warn':
      return `the kernel warns: ${warning(effect.warning)}`;
  }
}

const ENTRY = { placeholder: 'a placeholder', vector: 'the vector', nothing: 'nothing' } as const;

const span = (first: number, count: number): string => (count === 1 ? `${first}` : `${first}..${first + count - 1}`);

const events = (first: number, count: number): string =>
  count === 1 ? `event ${first}` : `events ${span(first, count)}`;

/** "cpu[0]", "cpu[0..3]" in whatever order they were used. */
const cpus = (each: readonly number[]): string =>
  `cpu[${rangesOf(each.reduce<Intervals>((all, cpu) => add(all, cpu, cpu), noIntervals))}]`;

const rangesOf = (runs: Intervals): string => runs.map(({ first, last }) => span(first, last - first + 1)).join(', ');

/** "cpu[0] 34..36, cpu[1] 40" */
function targetsOf(targets: readonly VectorTarget[]): string {
  const perCpu = new Map<number, Intervals>();
  for (const { cpu, vector } of targets) perCpu.set(cpu, add(perCpu.get(cpu) ?? noIntervals, vector, vector));
  return [...perCpu]
    .sort(([a], [b]) => a - b)
    .map(([cpu, vectors]) => `cpu[${cpu}] ${rangesOf(vectors)}`)
    .join(', ');
}

/** As QEMU and the kernel's log write them: 0x1300..0x1303. */
const sources = ({ first, count }: { readonly first: number; readonly count: number }): string =>
  count === 1 ? hex(first) : `${hex(first)}..${hex(first + count - 1)}`;

function answer(given: ChangeMsiAnswer): string {
  switch (given.is) {
    case 'granted':
      return `sources ${sources(given.block)}`;
    case 'too-many':
      return `not done, ${given.offered} are there`;
    case 'released':
      return given.freed === undefined ? 'done' : `sources ${sources(given.freed)} are free`;
    case 'refused':
      return `status ${given.status}`;
    case 'aborted':
      return 'QEMU aborts';
  }
}

function warning(given: Warning): string {
  switch (given.code) {
    case 'reservation-exceeds-available':
      return `${given.reserved} vectors are promised, ${given.available} are left`;
    case 'affinity-broken':
      return 'an interrupt gets a CPU outside its mask';
    case 'no-irte':
      return 'the interrupt remapping table is full';
    case 'set-affinity-failed':
      return `an interrupt stays with cpu[${given.cpu}], which is offline`;
    case 'cannot-disable-cpu':
      return `cpu[${given.cpu}] has ${given.allocated} vectors, ${given.availableElsewhere} are free elsewhere`;
    case 'reserved-exceeds-available':
      return `${given.reserved} vectors are promised, ${given.available} will be left`;
  }
}
