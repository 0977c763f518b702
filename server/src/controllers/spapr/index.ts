/**
 * IBM pseries: Linux asks the hypervisor's firmware for a function's MSIs, all at once (ibm,change-msi). Read ./prepare.ts for
 * Linux's side, ./change-msi.ts for QEMU's, ./source-space.ts for the numbers. XICS and XIVE differ only in the IPIs.
 */
import { IntMap } from '../../base/int-map.ts';
import { size } from '../../base/intervals.ts';
import type { Machine, OtherController, Version } from '../../model/machine.ts';
import { compareVersions } from '../../model/versions.ts';
import {
  type CpuMask,
  type Demand,
  done,
  type InterruptController,
  type Outcome,
  type Requester,
  refuse,
  type VectorRun,
} from '../controller.ts';
import { disableMsi, prepare } from './prepare.ts';
import {
  type AbortReason,
  bootSources,
  type Numbering,
  type SourceSpace,
  sourceLayout,
  sourceSpace,
  totalMsis,
} from './source-space.ts';
import { type SpaprState, slotKey } from './state.ts';

export type { SpaprState } from './state.ts';

export const spapr: InterruptController<SpaprState> = {
  supports: { multiMsi: true, dynamicMsix: false, contiguousMsix: true },
  prepare,
  teardown,
  allocate,
  free: (state, requester) => (state.rules === '7.2' ? done(state, undefined) : disableMsi(state, requester)),
  request: (state, _requester, run) => done(state, [run]),
  release: (state, _requester, run) => done(state, [run]),
  setAffinity,
  unplug,
  figures: (state) => {
    const msisFree = size(state.space.free);
    return { msis: msisTaken(state), msisFree };
  },
};

/** The machine at power on. */
export function initialSpaprState(controller: OtherController, machine: Machine): SpaprState {
  const { machineType, vmm } = machine;
  const machineVersion = machineType?.family === 'pseries' ? machineType.version : undefined;
  return spaprState(controller, machine, spaceAtBoot(controller, machine, numberingOf(machineVersion, vmm)));
}

/** The machine before any function has MSIs, with these sources. */
export function spaprState(controller: OtherController, machine: Machine, space: SourceSpace): SpaprState {
  const { machineType, vmm, rules } = machine;
  return {
    type: 'spapr',
    controller,
    rules,
    machineVersion: machineType?.family === 'pseries' ? machineType.version : undefined,
    vmm,
    space,
    blocks: IntMap.empty(),
    tableEntries: IntMap.empty(),
    granted: IntMap.empty(),
  };
}

/** See the timeline's scratch state. */
export function scratchSpapr(state: SpaprState): SpaprState {
  return { ...state, blocks: state.blocks.draft(), granted: state.granted.draft() };
}

/** Ends what {@link scratchSpapr} began. */
export function frozenSpapr(state: SpaprState): SpaprState {
  return { ...state, blocks: state.blocks.frozen(), granted: state.granted.frozen() };
}

const lastCounted: Version = { major: 2, minor: 0 };
const lastOnePool: Version = { major: 3, minor: 0 };
/** use_hotplug_event_source: from pseries-2.8 on, removal is announced by a source of its own. */
const lastWithoutHotplugEvent: Version = { major: 2, minor: 7 };
/** Machine types whose functions QEMU 7.2 cannot take out: measured with 3.0 and 3.1. */
const lastAbortingUnplug: Version = { major: 3, minor: 1 };
const removal: AbortReason = 'removal of the function';

/** How a machine type, or a QEMU too old to have that type, numbers. */
export function numberingOf(machineVersion: Version | undefined, vmm: Version | undefined): Numbering {
  if (upTo(machineVersion, lastCounted) || upTo(vmm, lastCounted)) return 'counted';
  return upTo(machineVersion, lastOnePool) || upTo(vmm, lastOnePool) ? 'one-pool' : 'per-type';
}

function spaceAtBoot(controller: OtherController, machine: Machine, numbering: Numbering): SourceSpace {
  const { machineType, vmm, hostBridges, possibleCpus } = machine;
  const version = machineType?.family === 'pseries' ? machineType.version : vmm;
  const ipis = controller.type === 'spapr-xics' || numbering !== 'per-type' ? 0 : possibleCpus;
  const hotplugEvent = !upTo(version, lastWithoutHotplugEvent);
  return sourceSpace(sourceLayout(numbering), bootSources(numbering, hostBridges.length, ipis, hotplugEvent));
}

function upTo(version: Version | undefined, last: Version): boolean {
  return version !== undefined && compareVersions(version, last) <= 0;
}

/** rtas_disable_msi when the function's domain goes (7.2). Up to 6.15 there is none: the block goes with the vectors. */
function teardown(state: SpaprState, requester: Requester): Outcome<SpaprState, undefined> {
  if (state.rules !== '7.2') return done(state, undefined);
  const disabled = disableMsi(state, requester);
  const granted = disabled.state.granted.delete(slotKey(requester));
  return { ...disabled, state: { ...disabled.state, granted } };
}

/**
 * pseries_irq_domain_alloc: vector i is source i of the block, for which nothing more is asked. 7.2: no more than the domain was
 * granted, although the block may be larger.
 */
function allocate(state: SpaprState, demand: Demand, limit: number): Outcome<SpaprState, readonly VectorRun[]> {
  const key = slotKey(demand.requester);
  const block = state.blocks.get(key);
  if (block === undefined) return refuse(state, 'EPERM', 'the firmware has no block for the function');
  const room = Math.min(limit, state.granted.get(key) ?? block.count);
  if (demand.mode === 'msi' && demand.vectors > room) return done(state, []);
  return done(state, vectorRuns(demand, block.first, Math.min(demand.vectors, room)));
}

/** One run, but for managed vectors, each of which has its own CPUs. */
function vectorRuns({ managed }: Demand, first: number, count: number): VectorRun[] {
  const ordinary = (from: number, to: number): VectorRun[] =>
    to < from ? [] : [{ ...vectorRun(first, from), count: to - from + 1, mask: undefined, managed: false }];
  if (managed === undefined) return ordinary(0, count - 1);
  const last = Math.min(managed.last, count - 1);
  const runs = ordinary(0, Math.min(managed.first, count) - 1);
  for (let index = managed.first; index <= last; index++) {
    const mask = managed.masks[index - managed.first];
    runs.push({ ...vectorRun(first, index), count: 1, mask, managed: true });
  }
  return [...runs, ...ordinary(managed.last + 1, count - 1)];
}

function vectorRun(first: number, index: number): Pick<VectorRun, 'index' | 'data' | 'hwirq' | 'cpus'> {
  return { index, data: first + index, hwirq: first + index, cpus: undefined };
}

/** xics_set_affinity, xive_irq_set_affinity: no number changes. EIO: managed; EINVAL: no CPU of the mask is there. */
function setAffinity(
  state: SpaprState,
  _requester: Requester,
  run: VectorRun,
  mask: CpuMask,
): Outcome<SpaprState, VectorRun> {
  if (run.managed) return refuse(state, 'EIO', 'the affinity of a managed interrupt is the kernel’s');
  if (mask.length === 0) return refuse(state, 'EINVAL', 'no CPU of the mask is online');
  return done(state, { ...run, mask });
}

/**
 * The function is taken out. A block that Linux did not release stays claimed, for the next function in the slot to replace. With
 * old machine types newer QEMUs abort instead (memory_region_del_subregion).
 */
function unplug(state: SpaprState): Outcome<SpaprState, undefined> {
  const aborts = upTo(state.machineVersion, lastAbortingUnplug) && !upTo(state.vmm, lastAbortingUnplug);
  return aborts ? refuse(state, 'abort', removal) : done(state, undefined);
}

function msisTaken({ space, blocks }: SpaprState): number {
  if (space.numbering === 'per-type') return totalMsis(space) - size(space.free);
  let taken = 0;
  for (const { count } of blocks.values()) taken += count;
  return taken;
}
