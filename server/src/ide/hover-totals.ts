/** Sums in a hover: what the machine, a controller, a host bridge has taken and has left. */
import type { Analysis } from '../analysis/analysis.ts';
import type { Declared } from '../model/declared.ts';
import { ECAM_BYTES_PER_BUS, lastBusOfWindow } from '../pci/bus.ts';
import { routesText, tableOfMachine } from '../rules/routes.ts';
import { sizeText } from '../schema/describe.ts';
import { actual, type ExpectSubject } from '../timeline/expectations.ts';
import type { MachineState } from '../timeline/state.ts';
import { controllerRows } from './allocation.ts';
import { totalText } from './allocation-text.ts';
import { cpuLines } from './delivery.ts';
import type { Moment } from './hover-moment.ts';
import { paragraphs } from './hover-words.ts';

/** CPUs that a hover lists before "and n more". */
const CPUS_SHOWN = 16;

/** The machine: its rules and its sums. */
export function machineText({ machine }: Analysis, { result: { state }, words }: Moment): string {
  const sum = (key: string) => figureOf(state, { of: 'machine' }, key);
  const guest = machine.vmm === undefined ? '' : `, a guest of QEMU ${machine.vmm.major}.${machine.vmm.minor}`;
  const failed = Number(sum('failed'));
  const table = tableOfMachine(machine);
  return paragraphs(
    `Linux ${machine.os.major}.${machine.os.minor}${guest}: the rules of ${machine.rules}. Firmware: ${machine.firmware}.`,
    [
      `${upper(words)}:`,
      `- ${sum('present')} functions present on ${sum('buses')} buses, ${sum('free-slots')} free hot-plug slots`,
      `- ${sum('vectors')} vectors granted, ${sum('irqs')} requested`,
      ...controllerRows(state).map((row) => `- ${row.name}: ${totalText(row)}`),
      ...(table === undefined ? [] : [`- ${routesText(table, state)}`]),
      ...(failed === 0 ? [] : [`- ${failed} failed, the last with -${sum('error')}`]),
    ].join('\n'),
  );
}

/** An interrupt controller: its interrupts. */
export function controllerText({ machine }: Analysis, decl: Declared, { result: { state }, words }: Moment): string {
  const controller = machine.controllers.find((other) => other.decl === decl);
  if (controller === undefined) return '';
  const figure = (key: string) => figureOf(state, { of: 'controller', controller, its: undefined }, key);
  if (controller.type === 'gicv3') {
    const { idBits, lpiLimit } = controller;
    const limit = lpiLimit === undefined ? '' : `, limited to ${lpiLimit}`;
    return paragraphs(
      `${idBits} interrupt ID bits: LPIs 8192..${2 ** idBits - 1}${limit}.`,
      `${upper(words)} ${figure('lpis')} LPIs are reserved, ${figure('lpis-free')} free.`,
    );
  }
  if (controller.type === 'gicv5') {
    const ipis = 2 ** controller.idBits - Number(figure('lpis')) - Number(figure('lpis-free'));
    return paragraphs(
      `${controller.idBits} interrupt ID bits: LPIs 0..${2 ** controller.idBits - 1}, the first ${ipis} for messages between CPUs.`,
      `${upper(words)} ${figure('lpis')} LPIs are taken, ${figure('lpis-free')} free.`,
    );
  }
  if (controller.type === 'gicv2m') {
    return `${upper(words)} ${figure('spis')} SPIs are taken as messages, ${figure('spis-free')} free.`;
  }
  if (controller.type.startsWith('spapr-')) {
    return `${upper(words)} ${figure('msis')} interrupt sources are taken as MSIs, ${figure('msis-free')} free.`;
  }
  const row = controllerRows(state)[machine.controllers.indexOf(controller)];
  if (row?.interrupts !== undefined) {
    const cpus = row.cpus === undefined ? undefined : cpuLines(row.cpus, CPUS_SHOWN).join('\n');
    return paragraphs(`${upper(words)}: ${totalText(row)}.`, cpus);
  }
  return 'Checked for its form; this version does not allocate for it yet.';
}

/** An ITS: how many DeviceIDs and LPIs it holds. */
export function itsText({ machine }: Analysis, decl: Declared, { result: { state }, words }: Moment): string {
  for (const [i, controller] of machine.controllers.entries()) {
    if (!('itses' in controller)) continue;
    const its = controller.itses.find((other) => other.decl === decl);
    const own = state.controllers[i];
    if (its !== undefined && own?.type === 'gicv5') {
      const registered = own.devices[own.gic.itses.indexOf(its)]?.size ?? 0;
      return paragraphs(
        `DeviceIDs of ${its.deviceIdBits} bits, EventIDs of ${its.eventIdBits} bits, 8 bytes per table entry, ${its.indirect ? 'tables of two levels where they are long' : 'flat tables'}.`,
        `${upper(words)} ${registered} ${registered === 1 ? 'DeviceID is' : 'DeviceIDs are'} registered, each for one function.`,
      );
    }
    if (its === undefined || own?.type !== 'gicv3') continue;
    const devices = own.devices[controller.itses.indexOf(its)];
    const lpis = figureOf(state, { of: 'controller', controller, its }, 'lpis');
    return paragraphs(
      `DeviceIDs of ${its.deviceIdBits} bits, EventIDs of ${its.eventIdBits} bits, ${its.ittEntrySizeBytes} bytes per table entry, ${its.indirect ? 'two-level' : 'flat'} device table.`,
      `${upper(words)} ${devices?.size ?? 0} DeviceIDs have tables, which reserve ${lpis} LPIs; ${figureOf(state, { of: 'controller', controller, its: undefined }, 'lpis-free')} LPIs are free.`,
    );
  }
  return '';
}

/** A host bridge: its buses, and where its messages go. */
export function hostBridgeText({ machine }: Analysis, decl: Declared, { result: { state }, words }: Moment): string {
  const hostBridge = machine.hostBridges.find((other) => other.decl === decl);
  if (hostBridge === undefined) return '';
  const first = hostBridge.busRange?.first ?? 0;
  const last = lastBusOfWindow(hostBridge);
  const { topology, enumeration } = state;
  let used = first;
  for (const [index, range] of enumeration.ranges.entries()) {
    const root = topology.rootBuses[topology.functions[index]?.rootBus ?? -1];
    if (root?.hostBridge === hostBridge) used = Math.max(used, range.subordinate);
  }
  const { msi } = hostBridge;
  const goes =
    msi.by === 'none'
      ? 'No interrupt controller takes its messages.'
      : msi.by === 'parent'
        ? `Its messages go to ${msi.its?.name ?? msi.controller.name ?? msi.controller.type}; DeviceIDs are requester IDs.`
        : `Its requester IDs go through ${msi.entries.length} \`msi-map\` ${msi.entries.length === 1 ? 'entry' : 'entries'}.`;
  return paragraphs(
    `PCI domain ${hostBridge.segment}. ECAM of ${sizeText(hostBridge.ecamBytes)}: ${Math.floor(hostBridge.ecamBytes / ECAM_BYTES_PER_BUS)} buses, ${first}..${last}; ${words} numbers up to ${used} are given out, ${Math.max(0, last - used)} are left.`,
    goes,
  );
}

const figureOf = (state: MachineState, subject: ExpectSubject, key: string): number | string =>
  actual(state, subject, key) ?? 'unknown';

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
