/**
 * GICv5 with ITSs: every DeviceID has a table of EventIDs for one function alone, and each event gets whichever LPI is free
 * (irq-gic-v5.c, irq-gic-v5-its.c; from Linux 6.17, read up to 7.2).
 */
import { IntMap } from '../../base/int-map.ts';
import { type Intervals, size } from '../../base/intervals.ts';
import type { Gicv5, Machine } from '../../model/machine.ts';
import {
  type CpuMask,
  type Demand,
  done,
  type InterruptController,
  noEffects,
  type Outcome,
  type Reason,
  type Requester,
  refuse,
  type VectorRun,
} from '../controller.ts';
import type { Effect } from '../effect.ts';
import { freeEvents, takeBlock, takeSingles } from '../gicv3-its/event-map.ts';
import { initialLpis, returnLpis, takeLowest } from './lpis.ts';
import { deviceAt, prepare, withDevice, withoutDevice } from './prepare.ts';
import type { Gicv5Device, Gicv5State } from './state.ts';
import { dropLpis, initialTargets, joinCpu, leaveCpu, moveLpi, startLpis, takenOf, targetOf } from './targets.ts';

export type { Gicv5Device, Gicv5State } from './state.ts';

/** A GICv5 at power on. */
export function initialGicv5State(gic: Gicv5, machine: Machine): Gicv5State {
  const lpis = initialLpis(gic, machine.possibleCpus);
  return {
    type: 'gicv5',
    gic,
    pageSizeBytes: machine.pageSizeBytes,
    lpis,
    lpisTotal: size(lpis),
    devices: gic.itses.map(() => IntMap.empty<Gicv5Device>()),
    targets: initialTargets(machine.cpus, machine.possibleCpus),
  };
}

/** The state with its tables open to change in place. */
export function scratchGicv5(state: Gicv5State): Gicv5State {
  const targets = state.targets && { ...state.targets, apart: state.targets.apart.draft() };
  return { ...state, devices: state.devices.map((table) => table.draft()), targets };
}

/** Ends what {@link scratchGicv5} began. */
export function frozenGicv5(state: Gicv5State): Gicv5State {
  const targets = state.targets && { ...state.targets, apart: state.targets.apart.frozen() };
  return { ...state, devices: state.devices.map((table) => table.frozen()), targets };
}

/** The table of a DeviceID; undefined while there is none. */
export function gicv5Device(state: Gicv5State, its: number, deviceId: number): Gicv5Device | undefined {
  return state.devices[its]?.get(deviceId);
}

/** The CPU an LPI goes to; undefined for a managed one without a CPU online. */
export const gicv5Cpu = ({ targets }: Gicv5State, lpi: number): number | undefined => targetOf(targets, lpi).cpu;

export const gicv5Its: InterruptController<Gicv5State> = {
  supports: { multiMsi: true, dynamicMsix: false },
  prepare,
  teardown,
  allocate,
  free,
  request,
  release: (state, _requester, run) => done(state, [run]),
  setAffinity,
  cpus: { takeOffline, bringOnline },
  figures: ({ lpis, lpisTotal }) => {
    const lpisFree = size(lpis);
    return { lpis: lpisTotal - lpisFree, lpisFree };
  },
};

/**
 * gicv5_its_msi_teardown: the DeviceID is unregistered. With events still taken, left behind by MSI blocks that were no power
 * of two, the kernel warns and keeps it for ever: nobody, its own function included, can register it again.
 */
function teardown(state: Gicv5State, requester: Requester): Outcome<Gicv5State, undefined> {
  const device = deviceAt(state, requester);
  if (device === undefined || device.owner !== requester.fn || device.used.length > 0) return done(state, undefined);
  return done(withoutDevice(state, requester.its, device.deviceId), undefined);
}

/**
 * gicv5_its_irq_domain_alloc: for MSI-X event by event, each the lowest free one with the lowest free LPI; for MSI a block
 * of events, a power of two, aligned, with as many LPIs as messages. When the LPIs run out a block is given back whole.
 */
function allocate(state: Gicv5State, demand: Demand, limit: number): Outcome<Gicv5State, readonly VectorRun[]> {
  const { requester, mode, vectors } = demand;
  const device = deviceAt(state, requester);
  if (device === undefined || device.owner !== requester.fn) return refuse(state, 'ENODEV', 'it has no table');
  const isBlock = mode === 'msi' && vectors > 1;
  const events = isBlock ? eventBlock(device, vectors) : eventsOneByOne(device, Math.min(vectors, limit));
  if (events === undefined || (isBlock && vectors > limit)) return done(state, []);
  const wanted = size(events.taken);
  const { free, taken } = takeLowest(state.lpis, wanted);
  const found = size(taken);
  const effects: readonly Effect[] = found < wanted ? [{ does: 'no-lpis', wanted }] : noEffects;
  if (found === 0 || (isBlock && found < wanted)) return done(state, [], effects);
  const used = found < wanted ? takeSingles(device.used, device.events, found).used : events.used;
  const runs = pairs(events.taken, taken, demand);
  const next = withDevice({ ...state, lpis: free }, requester.its, { ...device, used });
  return done(next, runs, effects, () => eventReasons(device, runs));
}

interface Events {
  readonly used: Intervals;
  readonly taken: Intervals;
}

const eventsOneByOne = ({ used, events }: Gicv5Device, count: number): Events => takeSingles(used, events, count);

function eventBlock({ used, events }: Gicv5Device, count: number): Events | undefined {
  const block = takeBlock(used, events, count);
  return block && { used: block.used, taken: [{ first: block.first, last: block.first + count - 1 }] };
}

/** Events and LPIs put together in their order, cut where either does not go on, and around managed vectors. */
function pairs(events: Intervals, lpis: Intervals, { entries, managed }: Demand): VectorRun[] {
  const runs: VectorRun[] = [];
  const add = (position: number, event: number, lpi: number, count: number): void => {
    const isManaged = managed !== undefined && position >= managed.first && position <= managed.last;
    const mask = isManaged ? managed.masks[position - managed.first] : undefined;
    const index = entries?.[position] ?? position;
    runs.push({ index, data: event, hwirq: lpi, count, cpus: undefined, mask, managed: isManaged });
  };
  const isPlain = entries === undefined && managed === undefined;
  let position = 0;
  let [at, lpi] = [0, lpis[0]?.first ?? 0];
  for (const { first, last } of events) {
    for (let event = first; event <= last; ) {
      const left = (lpis[at]?.last ?? -1) - lpi + 1;
      if (left <= 0) {
        at += 1;
        const next = lpis[at];
        if (next === undefined) return runs;
        lpi = next.first;
        continue;
      }
      const count = isPlain ? Math.min(left, last - event + 1) : 1;
      add(position, event, lpi, count);
      position += count;
      event += count;
      lpi += count;
    }
  }
  return runs;
}

/**
 * gicv5_its_irq_domain_free: events and LPIs go back. Linux frees one interrupt at a time (irq_domain_free_irqs_hierarchy,
 * kernel/irq/irqdomain.c), so that of a block that was rounded up the rest stays taken for ever; its LPIs never were.
 */
function free(state: Gicv5State, requester: Requester, runs: readonly VectorRun[]): Outcome<Gicv5State, undefined> {
  const device = deviceAt(state, requester);
  if (device === undefined || device.owner !== requester.fn) return done(state, undefined);
  let { used } = device;
  let { lpis, targets } = state;
  for (const { data, hwirq, count } of runs) {
    used = freeEvents(used, data, count);
    lpis = returnLpis(lpis, hwirq, count);
    targets = targets && dropLpis(targets, hwirq, count);
  }
  return done(withDevice({ ...state, lpis, targets }, requester.its, { ...device, used }), undefined);
}

/** request_irq: the LPI is aimed at its CPU. Nothing can run out. */
function request(state: Gicv5State, _requester: Requester, run: VectorRun): Outcome<Gicv5State, readonly VectorRun[]> {
  const { targets } = state;
  if (targets === undefined) return done(state, [run]);
  const started = startLpis(targets, run.hwirq, run.count, run.mask, run.managed);
  return done(started === targets ? state : { ...state, targets: started }, [run]);
}

/** gicv5_lpi_irq_set_affinity. Managed interrupts refuse (EIO); no CPU of the mask online: EINVAL. */
function setAffinity(
  state: Gicv5State,
  _requester: Requester,
  run: VectorRun,
  mask: CpuMask,
): Outcome<Gicv5State, VectorRun> {
  if (run.managed) return refuse(state, 'EIO', 'the affinity of a managed interrupt is the kernel’s');
  const { targets } = state;
  const moved = targets && moveLpi(targets, run.hwirq, mask);
  if (targets === undefined ? mask.includes(0) : moved !== undefined) return done({ ...state, targets: moved }, run);
  return refuse(state, 'EINVAL', 'no CPU of the mask is online');
}

/** EINVAL: it is not online; EBUSY: it is the last one. */
function takeOffline(state: Gicv5State, cpu: number): Outcome<Gicv5State, undefined> {
  const { targets, lpis, lpisTotal, gic } = state;
  if (targets === undefined) {
    return cpu === 0 ? refuse(state, 'EBUSY', 'it is the only CPU') : refuse(state, 'EINVAL', `there is no CPU ${cpu}`);
  }
  if (!targets.online.includes(cpu)) return refuse(state, 'EINVAL', `CPU ${cpu} is not online`);
  if (targets.online.length === 1) return refuse(state, 'EBUSY', 'it is the last CPU online');
  const last = 2 ** gic.idBits - 1;
  const taken = takenOf(lpis, last - lpisTotal + 1, last);
  return done({ ...state, targets: leaveCpu(targets, cpu, taken) }, undefined);
}

/** EINVAL: there is no such CPU offline. */
function bringOnline(state: Gicv5State, cpu: number): Outcome<Gicv5State, undefined> {
  const { targets } = state;
  if (targets === undefined || cpu >= targets.possibleCpus || targets.online.includes(cpu)) {
    return refuse(state, 'EINVAL', `CPU ${cpu} is not offline`);
  }
  return done({ ...state, targets: joinCpu(targets, cpu) }, undefined);
}

function eventReasons({ events }: Gicv5Device, runs: readonly VectorRun[]): Reason[] {
  return runs.map(({ data, hwirq, count }) => ({
    text: `${count === 1 ? 'event' : 'events'} ${runText(data, count)} of ${events} ${count === 1 ? 'gets LPI' : 'get LPIs'} ${runText(hwirq, count)}, the lowest free`,
    source: 'gicv5_its_irq_domain_alloc, irq-gic-v5-its.c; alloc_lpi, irq-gic-v5.c',
  }));
}

const runText = (first: number, count: number): string => (count === 1 ? `${first}` : `${first}..${first + count - 1}`);
