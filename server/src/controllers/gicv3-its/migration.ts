/**
 * An ITS in a migration. Its tables are in the guest's memory and move with it; QEMU sends the registers alone (vmstate_its,
 * hw/intc/arm_gicv3_its_common.c), and not GITS_TYPER with the numbers of bits, so nobody compares them.
 */
import { IntMap } from '../../base/int-map.ts';
import type { IntTable } from '../../base/int-table.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { type Arrival, type ControllerDifference, type Heirs, NOBODY, type Renumber } from '../arrival.ts';
import { firstLpi } from './lpi-pool.ts';
import type { ItsDevice, ItsState } from './state.ts';

const registersOnly = 'vmstate_its, hw/intc/arm_gicv3_its_common.c: the registers are sent, GITS_TYPER is not';

/** The tables as they are; what the other ITS has no bits for is lost. */
export function arriveGicv3(here: ItsState, there: ItsState, renumber: Renumber, heirs: Heirs): Arrival<ItsState> {
  const differences: ControllerDifference[] = [];
  if (here.gic.itses.length !== there.gic.itses.length) {
    differences.push({
      what: 'the number of ITSs',
      here: `${here.gic.itses.length}`,
      there: `${there.gic.itses.length}`,
      end: 'refused',
      source: 'qemu_loadvm_section_start_full, migration/savevm.c',
    });
  }
  let lastLpi = -1;
  here.devices.forEach((devices, number) => {
    const its = there.gic.itses[number];
    let lastDeviceId = -1;
    let mostEvents = 0;
    for (const { deviceId, ittEntries, lpiBase, lpiCount } of devices.values()) {
      lastDeviceId = Math.max(lastDeviceId, deviceId);
      mostEvents = Math.max(mostEvents, ittEntries);
      lastLpi = Math.max(lastLpi, lpiBase + lpiCount - 1);
    }
    if (its === undefined) return;
    const bits = (what: string, inUse: number, offered: number) => {
      if (inUse >= 2 ** offered) differences.push(tooFew(what, `${inUse} in use`, `${offered} bits`));
    };
    bits('the DeviceIDs', lastDeviceId, its.deviceIdBits);
    bits('the EventIDs', mostEvents - 1, its.eventIdBits);
  });
  const end = firstLpi + there.lpisTotal - 1;
  if (lastLpi > end) differences.push(tooFew('the LPIs', `${lastLpi} in use`, `the last one is ${end}`));
  const devices = here.devices.map((table, its) =>
    renumbered(table, (device) => {
      const maker = renumber(device.createdBy);
      return maker === NOBODY ? heirs(its, device.deviceId) : maker;
    }),
  );
  return {
    state: { ...here, gic: there.gic, devices: there.gic.itses.map((_, i) => devices[i] ?? IntMap.empty()) },
    differences,
  };
}

const tooFew = (what: string, here: string, there: string): ControllerDifference => ({
  what,
  here,
  there,
  end: 'lost',
  source: registersOnly,
});

/** A table that nobody has any more is forgotten, its LPIs are not: so it is with one whose maker is not there. */
function renumbered(
  devices: IntTable<ItsDevice>,
  makerOf: (device: ItsDevice) => FunctionIndex | undefined,
): IntTable<ItsDevice> {
  return IntMap.empty<ItsDevice>().edit((draft) => {
    for (const [deviceId, device] of devices.entries()) {
      const createdBy = makerOf(device);
      if (createdBy === undefined) continue;
      draft.set(deviceId, createdBy === device.createdBy ? device : { ...device, createdBy });
    }
  });
}
