/** Which resource stopped a plug, told from what the calls did and from what was left before. */
import { type Intervals, size } from '../../base/intervals.ts';
import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import { failureText } from '../../base/result.ts';
import { deviceTableCapacity } from '../../controllers/gicv3-its/device-table.ts';
import type { ItsState } from '../../controllers/gicv3-its/index.ts';
import { withController } from '../../controllers/registry.ts';
import { hex } from '../../pci/bus.ts';
import type { Call } from '../run.ts';
import { irqNumberLimit, isFound, type MachineState } from '../state.ts';
import { routesLeft } from './routes.ts';
import type { Shortfall, Tried } from './shortfall.ts';

/** What can run out. */
export type Resource =
  | 'slots'
  | 'buses'
  | 'device-ids'
  | 'events'
  | 'lpis'
  | 'linux-irqs'
  | 'spis'
  | 'vectors'
  | 'managed-vectors'
  | 'irtes'
  | 'msis'
  | 'routes'
  | 'messages';

/** What ran out, and how much of it there was. */
export interface Stop {
  readonly resource: Resource;
  /** A clause with the numbers: "the table of DeviceID 0x0200 has 1 of 8 events free". */
  readonly text: string;
}

/** What each resource is called. */
export const RESOURCE_NAMES: Readonly<Record<Resource, string>> = {
  slots: 'slots',
  buses: 'bus numbers',
  'device-ids': 'DeviceIDs',
  events: 'events',
  lpis: 'LPIs',
  'linux-irqs': 'Linux interrupt numbers',
  spis: 'SPIs',
  vectors: 'CPU vectors',
  'managed-vectors': 'managed CPU vectors',
  irtes: 'remapping entries',
  msis: 'MSIs',
  routes: 'interrupt routes',
  messages: 'messages',
};

/** Why a plug came away with less than it asks for. */
export function stopOf(tried: Tried, short: Shortfall): Stop {
  return (
    busStop(tried, short) ??
    effectStop(tried, short) ??
    routeStop(tried) ??
    controllerStop(tried, short) ??
    otherStop(short)
  );
}

function busStop({ after, log }: Tried, { fn }: Shortfall): Stop | undefined {
  const refused = log.refused.find(({ rule }) => rule === 'bridge-no-hotplug-bus');
  if (refused !== undefined) return { resource: 'buses', text: lowerFirst(refused.message) };
  if (isFound(after, fn)) return undefined;
  const { name = 'it' } = after.topology.functions[fn] ?? {};
  return { resource: 'buses', text: `the kernel does not find ${name}: no bus number reaches it` };
}

function routeStop({ before, after }: Tried): Stop | undefined {
  const table = routesLeft(after);
  if (table === undefined || table.left >= 0) return undefined;
  const left = Math.max(0, routesLeft(before)?.left ?? 0);
  return { resource: 'routes', text: `${left} of the VMM's ${table.routes} interrupt routes are left` };
}

/** What the machine's controller gives out to each message, where nothing more is known than that some were missing. */
export function scarceOf({ controllers }: MachineState): Stop {
  const [controller] = controllers;
  const figures =
    controller === undefined ? {} : withController(controller, (implementation, own) => implementation.figures(own));
  const { vectorsFree, lpisFree, spisFree, msisFree } = figures;
  if (vectorsFree !== undefined) return { resource: 'vectors', text: `${vectorsFree} CPU vectors are free` };
  if (spisFree !== undefined) return { resource: 'spis', text: `${spisFree} SPIs are free` };
  if (msisFree !== undefined) return { resource: 'msis', text: `${msisFree} MSIs are free` };
  return { resource: 'lpis', text: `${lpisFree ?? 0} LPIs are free` };
}

/** Controllers say in their effects what they had none of. */
function effectStop({ log }: Tried, { fn }: Shortfall): Stop | undefined {
  for (const effect of log.effects) {
    switch (effect.does) {
      case 'no-lpis':
        return { resource: 'lpis', text: `no LPI is left for a table of ${effect.wanted}` };
      case 'no-vector':
        if (effect.fn !== fn) break;
        return { resource: 'vectors', text: `no vector is left on ${cpus(effect.cpus)} for entry ${effect.index}` };
      case 'no-managed-vector':
        return {
          resource: 'managed-vectors',
          text: `cpu[${effect.cpu}] has no vector left to set aside: ${effect.managed} are set aside there already`,
        };
      case 'no-entries':
        return { resource: 'irtes', text: `${effect.left} of ${effect.entries} remapping entries are left` };
      default:
    }
  }
  return undefined;
}

const cpus = (count: number): string => (count === 1 ? 'the one CPU' : `any of ${count} CPUs`);

function controllerStop(tried: Tried, short: Shortfall): Stop | undefined {
  const { call } = short;
  if (call?.requester === undefined) return undefined;
  const own = tried.before.controllers[call.requester.controller];
  if (own === undefined) return undefined;
  if (own.type === 'gicv3') return itsStop(tried, own, short, call) ?? irqNumberStop(tried.before, short);
  const figures = withController(own, (implementation, state) => implementation.figures(state)) ?? {};
  const { spisFree, msisFree, vectorsFree, lpisFree } = figures;
  if (spisFree !== undefined) {
    return { resource: 'spis', text: `${spisFree} of ${spisFree + (figures.spis ?? 0)} SPIs are free` };
  }
  if (msisFree !== undefined) {
    const noun = own.type === 'riscv-imsic' ? 'interrupt identities' : 'MSIs';
    return { resource: 'msis', text: `${msisFree} of ${msisFree + (figures.msis ?? 0)} ${noun} are free` };
  }
  if (call.errno === 'EBUSY') {
    return { resource: 'device-ids', text: `DeviceID ${hex(call.requester.deviceId)} has an owner already` };
  }
  if (lpisFree !== undefined) return { resource: 'lpis', text: `${lpisFree} LPIs are free` };
  if (vectorsFree !== undefined) return { resource: 'vectors', text: `${vectorsFree} CPU vectors are free` };
  return undefined;
}

function itsStop({ before, after }: Tried, own: ItsState, { wanted }: Shortfall, call: Call): Stop | undefined {
  const { requester } = call;
  const its = requester && own.gic.itses[requester.its];
  if (requester === undefined || its === undefined) return undefined;
  const { deviceId } = requester;
  const id = `DeviceID ${hex(deviceId)}`;
  const known = own.devices[requester.its]?.get(deviceId);
  if (known === undefined) {
    const capacity = deviceTableCapacity(its, before.topology.machine.pageSizeBytes);
    if (deviceId >= capacity) {
      return { resource: 'device-ids', text: `${id} is past the device table, which ends at ${hex(capacity - 1)}` };
    }
    if (call.errno === 'EINVAL') return { resource: 'device-ids', text: `${id} is the GICv4 proxy's` };
  }
  const now = after.controllers[requester.controller];
  const made = now?.type === 'gicv3' ? now.devices[requester.its]?.get(deviceId) : undefined;
  const mapd = call.effects.find((effect) => effect.does === 'mapd');
  const table = known ?? made ?? mapd;
  if (table === undefined) return undefined;
  if (table.lpiCount < table.lpisRequested) {
    return {
      resource: 'lpis',
      text: `${size(own.lpis)} LPIs are free, no ${table.lpisRequested} in a row for the table of ${id}`,
    };
  }
  const free = known === undefined ? table.lpiCount : known.lpiCount - size(known.used);
  if (free < wanted) {
    return { resource: 'events', text: `the table of ${id} has ${free} of ${table.lpiCount} events free` };
  }
  const run = roundUpToPowerOfTwo(wanted);
  if (call.request.mode !== 'msi' || known === undefined || hasAlignedRun(known.used, known.lpiCount, run))
    return undefined;
  return {
    resource: 'events',
    text: `the table of ${id} has ${free} of ${table.lpiCount} events free, but no aligned run of ${run}`,
  };
}

function hasAlignedRun(used: Intervals, total: number, run: number): boolean {
  let from = 0;
  for (const { first, last } of [...used, { first: total, last: total }]) {
    if (Math.ceil(from / run) * run + run <= first) return true;
    from = last + 1;
  }
  return false;
}

function irqNumberStop(before: MachineState, { wanted }: Shortfall): Stop | undefined {
  const left = irqNumberLimit(before.topology.machine) - before.irqNumbersUsed;
  if (left >= wanted) return undefined;
  return { resource: 'linux-irqs', text: `Linux has ${Math.max(0, left)} interrupt numbers left` };
}

/** No resource: the call fails on any machine like this one. */
function otherStop({ call, wanted, got }: Shortfall): Stop {
  const text = call?.errno === undefined ? `it gets ${got} of ${wanted}` : `Linux answers ${failureText(call.errno)}`;
  return { resource: 'messages', text };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
