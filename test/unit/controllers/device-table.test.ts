import { describe, expect, it } from 'vitest';
import { deviceIdBits, deviceTableCapacity } from '../../../server/src/controllers/gicv3-its/device-table.ts';
import type { Its } from '../../../server/src/model/machine.ts';
import { endpoint, given } from '../timeline/given.ts';

function itsWith(change: Partial<Its>): Its {
  const [controller] = given([endpoint('a', '01.0', 1, 0)]).state.topology.machine.controllers;
  const its = controller?.type === 'gicv3' ? controller.itses[0] : undefined;
  if (its === undefined) throw new Error('no ITS');
  return { ...its, ...change };
}

describe('the device table', () => {
  it('of QEMU has 8192 first-level entries of 8192 DeviceIDs', () => {
    expect(deviceTableCapacity(itsWith({}), 4096)).toBe(8192 * 8192);
  });

  it('is flat where it is small, and then at least a page of 64 KiB', () => {
    expect(deviceTableCapacity(itsWith({ deviceIdBits: 8 }), 4096)).toBe(8192);
  });

  it('is at most 4 MiB on a kernel with 4 KiB pages', () => {
    expect(deviceTableCapacity(itsWith({ deviceIdBits: 20, indirect: false }), 4096)).toBe(2 ** 19);
  });

  it('has 20 bits with the Cavium erratum', () => {
    expect(deviceIdBits(itsWith({ quirk: 'cavium-22375' }))).toBe(20);
  });
});
