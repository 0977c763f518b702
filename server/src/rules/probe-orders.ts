/** Functions whose number of vectors depends on the order of probing: the ranges over all orders. */
import { roundUpToPowerOfTwo } from '../base/powers.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { newLog } from '../timeline/log.ts';
import { isOneValue, type OrderRange, overOrders } from '../timeline/orders.ts';
import { bindBridge } from '../timeline/ports.ts';
import { probe } from '../timeline/probe.ts';
import type { Run } from '../timeline/run.ts';
import { initialState, type MachineState } from '../timeline/state.ts';
import type { RuleContext } from './context.ts';
import { afterBoot } from './headroom.ts';
import { itsStateOf } from './outcomes.ts';
import { at, type DeviceIdGroup, enumerationAfterBoot, sharedDeviceIds } from './sharing.ts';

/** The functions of one DeviceID, where the order of probing decides what they get. */
export interface OrderDependence {
  /** Without bridges: those have their message before any endpoint. */
  readonly functions: readonly FunctionIndex[];
  /** Of those that depend on it. */
  readonly ranges: ReadonlyMap<FunctionIndex, OrderRange>;
}

const known = new WeakMap<Run, readonly OrderDependence[]>();

/** Every such DeviceID of the machine. */
export function orderDependence(context: RuleContext): readonly OrderDependence[] {
  const before = known.get(context.boot);
  if (before) return before;
  const found: OrderDependence[] = [];
  let off: MachineState | undefined;
  for (const group of sharedDeviceIds(context)) {
    const functions = probed(context, group);
    if (functions.length < 2 || isRoomy(context, group, functions)) continue;
    off ??= { ...initialState(context.topology), enumeration: enumerationAfterBoot(context) };
    const ranges = overOrders(withBridges(off, group), functions, (state, fn) => probe(state, fn, newLog()));
    const dependent = ranges.filter((range) => !isOneValue(range)).map((range) => [range.fn, range] as const);
    if (dependent.length > 0) found.push({ functions, ranges: new Map(dependent) });
  }
  known.set(context.boot, found);
  return found;
}

/** The range of one function; undefined where the order changes nothing for it. */
export function orderRangeOf(context: RuleContext, fn: FunctionIndex): OrderRange | undefined {
  for (const { ranges } of orderDependence(context)) {
    const range = ranges.get(fn);
    if (range !== undefined) return range;
  }
  return undefined;
}

const probed = ({ topology }: RuleContext, { sharers, controller }: DeviceIdGroup): readonly FunctionIndex[] =>
  controller.type !== 'gicv3'
    ? []
    : sharers
        .map(({ fn }) => fn)
        .filter((fn) => at(topology, fn).node.bridge === undefined && at(topology, fn).node.driver !== 'none');

/**
 * Below a bridge the table is as large in any order. When all that anybody may ask for fits into it at once, each request rounded
 * up to a power of two, everybody gets all in any order: first fit leaves no hole that is larger than what is still to come.
 */
function isRoomy(context: RuleContext, group: DeviceIdGroup, functions: readonly FunctionIndex[]): boolean {
  const { controller, its, deviceId, bridge } = group;
  if (bridge === undefined || controller.type !== 'gicv3' || its === undefined) return false;
  const position = context.machine.controllers.indexOf(controller);
  const table = itsStateOf(afterBoot(context), position)?.devices[controller.itses.indexOf(its)]?.get(deviceId);
  if (table === undefined || table.lpiCount < table.lpisRequested) return false;
  let wanted = group.sharers.length - functions.length;
  for (const fn of functions) wanted += largestRequest(context, fn);
  return wanted <= table.lpiCount;
}

function largestRequest({ topology }: RuleContext, fn: FunctionIndex): number {
  const { plan, capabilities } = at(topology, fn).node;
  let largest = 0;
  for (const call of plan) {
    for (const { mode, max, fallback } of call.call === 'allocate' ? call.ladder : []) {
      if (mode === 'msix') largest = Math.max(largest, Math.min(max, capabilities.msix));
      if (mode === 'msi' || fallback.includes('msi')) {
        largest = Math.max(largest, roundUpToPowerOfTwo(Math.min(max, capabilities.msi)));
      }
    }
  }
  return largest;
}

/** Bridges of the group take their message when the ports are served, before any endpoint. */
function withBridges(off: MachineState, { sharers }: DeviceIdGroup): MachineState {
  return sharers
    .map(({ fn }) => fn)
    .filter((fn) => at(off.topology, fn).node.bridge !== undefined)
    .reduce((state, fn) => bindBridge(state, fn, newLog()), off);
}
