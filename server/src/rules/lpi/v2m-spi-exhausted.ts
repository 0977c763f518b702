import type { OtherController } from '../../model/machine.ts';
import { QEMU_V2M_FRAME } from '../../schema/hypervisor-tables.ts';
import { endOf, type Outcome, severityOf, shortfalls } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { shortageOf } from '../shortage.ts';
import { biggestUsers } from '../vector-users.ts';
import { counted } from '../words.ts';

export const v2mSpiExhausted: Rule = {
  id: 'v2m-spi-exhausted',
  severity: 'error',
  title: 'the SPIs of the GICv2m frames are used up',
  checks:
    'Each call for MSI or MSI-X vectors finds as many free SPIs as it wants; a block of MSI messages needs an aligned run within one frame.',
  why: "A GICv2m has no tables and no DeviceIDs: each message is an SPI of its frame, and all functions share them. QEMU's virt machine has 64 of them, INTIDs 80 to 143, for the whole guest: one nvme with 65 entries takes them all.",
  remedy: 'Use a GICv3 with an ITS (`gic-version=3`), or let the functions ask for fewer vectors.',
  sources: [
    'Linux 7.2: gicv2m_irq_domain_alloc, drivers/irqchip/irq-gic-v2m.c',
    'QEMU 10.0: NUM_GICV2M_SPIS, include/hw/arm/virt.h',
    'Recorded machine: gicv2m (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    for (const outcome of shortfalls(context)) {
      if (shortageOf(outcome) !== 'spis') continue;
      const { fn, name, wanted, messages, step, before } = outcome;
      const { total, ranges } = frames(outcome);
      yield {
        rule: 'v2m-spi-exhausted',
        severity: severityOf(outcome, messages > 0 ? 'warning' : 'error'),
        at: outcome.at,
        message: `${name} wants ${counted(wanted, 'vector')}, each an SPI of ${ranges} (${total} in all): ${endOf(outcome)}`,
        related: biggestUsers(step.state, before.topology.functions[fn]?.node, 'vectors'),
        functions: [fn],
        facts: { fn: name, wanted, messages, spis: total },
      };
    }
  },
};

function frames({ before, first }: Outcome): { readonly total: number; readonly ranges: string } {
  const { controllers, vmm } = before.topology.machine;
  const controller = controllers[first.requester?.controller ?? 0];
  const spis = controller?.type === 'gicv2m' ? controller.spiFrames : [];
  const isQemu = vmm !== undefined || controller?.decl.values.has('spis') === false;
  return {
    total: spis.reduce((sum, frame) => sum + frame.last - frame.first + 1, 0),
    ranges: spis.map((frame) => `${isQemu && isOfQemu(frame) ? "QEMU's frame " : ''}${frameText(frame)}`).join(', '),
  };
}

type Frame = OtherController['spiFrames'][number];

/** Few know that a virt machine with a GICv2 has no more than this, so the table is called by its owner. */
const isOfQemu = ({ first, last }: Frame): boolean => first === QEMU_V2M_FRAME.first && last === QEMU_V2M_FRAME.last;

const frameText = ({ first, last }: Frame): string => `${first}..${last}`;
