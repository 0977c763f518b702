/** A GICv5 in a migration: as with a GICv3, its tables are in the guest's memory. No released QEMU has one; nothing is measured. */
import { IntMap } from '../../base/int-map.ts';
import type { Arrival, ControllerDifference, Renumber } from '../arrival.ts';
import type { Gicv5Device, Gicv5State } from './state.ts';

const tablesInMemory = 'the tables are in the guest’s memory (drivers/irqchip/irq-gic-v5-its.c)';

/** The tables as they are; what the other one has no bits for is lost. */
export function arriveGicv5(here: Gicv5State, there: Gicv5State, renumber: Renumber): Arrival<Gicv5State> {
  const differences: ControllerDifference[] = [];
  const differ = (what: string, a: number, b: number) => {
    if (b < a) differences.push({ what, here: `${a}`, there: `${b}`, end: 'lost', source: tablesInMemory });
  };
  differ('the bits of an LPI', here.gic.idBits, there.gic.idBits);
  here.gic.itses.forEach((its, i) => {
    differ('the bits of a DeviceID', its.deviceIdBits, there.gic.itses[i]?.deviceIdBits ?? 0);
    differ('the bits of an EventID', its.eventIdBits, there.gic.itses[i]?.eventIdBits ?? 0);
  });
  const devices = there.gic.itses.map((_, i) =>
    IntMap.empty<Gicv5Device>().edit((draft) => {
      for (const [deviceId, device] of here.devices[i]?.entries() ?? []) {
        draft.set(deviceId, { ...device, owner: renumber(device.owner) });
      }
    }),
  );
  return { state: { ...here, gic: there.gic, devices }, differences };
}
