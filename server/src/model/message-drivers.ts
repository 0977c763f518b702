/** Whether a kernel can take messages from a controller at all: it has the driver, and the driver accepts what is there. */
import type { Controller, Version } from './machine.ts';
import { compareVersions, writeVersion } from './versions.ts';

/** The kernel in which each driver came; the others are older than the oldest kernel with known rules. */
const DRIVER_SINCE: Partial<Record<Controller['type'], { readonly name: string; readonly since: Version }>> = {
  // drivers/irqchip/irq-riscv-imsic-early.c, irq-riscv-imsic-platform.c
  'riscv-imsic': { name: 'an IMSIC', since: { major: 6, minor: 10 } },
  // drivers/irqchip/irq-gic-v5.c, irq-gic-v5-its.c
  gicv5: { name: 'a GICv5', since: { major: 6, minor: 17 } },
};

/** SPIs start at INTID 32 (irq-gic-v2m.c: V2M_MIN_SPI). */
const firstSpi = 32;
/** No SPI is above 1018 (irq-gic-v2m.c: V2M_MAX_SPI is 1019, exclusive). */
const lastSpi = 1018;

/** The first kernel with the controller's driver; undefined for drivers that all known kernels have. */
export const driverSince = ({ type }: Pick<Controller, 'type'>): Version | undefined => DRIVER_SINCE[type]?.since;

/**
 * Why no message gets through this controller on a kernel; undefined when its driver works. "Linux 6.1 has no driver for a
 * GICv5, which came with 6.17".
 */
export function driverProblem(controller: Controller, os: Version): string | undefined {
  const driver = DRIVER_SINCE[controller.type];
  if (driver !== undefined && compareVersions(os, driver.since) < 0) {
    return `Linux ${writeVersion(os)} has no driver for ${driver.name}, which came with ${writeVersion(driver.since)}`;
  }
  if (controller.type !== 'gicv2m') return undefined;
  const bad = controller.spiFrames.find((frame) => frameProblem(frame) !== undefined);
  return bad && `Linux gives up all frames of a GICv2m when it rejects one, here ${bad.first}..${bad.last}`;
}

/**
 * Why Linux rejects a frame of a GICv2m at boot (is_msi_spi_valid, irq-gic-v2m.c); undefined when it is valid. INTIDs, both
 * ends included. One bad frame takes the others along: gicv2m_of_init and gicv2m_acpi_init end in gicv2m_teardown.
 */
export function frameProblem(frame: { readonly first: number; readonly last: number }): string | undefined {
  if (frame.last < frame.first) return 'it holds no SPI';
  if (frame.first < firstSpi || frame.last > lastSpi) return `SPIs that take messages are ${firstSpi}..${lastSpi}`;
  return undefined;
}
