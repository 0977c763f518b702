import type { OtherController } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { QEMU_V2M_FRAME } from '../../schema/hypervisor-tables.ts';
import type { StepResult } from '../../timeline/run.ts';
import { countVectors } from '../../timeline/state.ts';
import { biggestUsers } from '../biggest-users.ts';
import { endOf, type Outcome, severityOf, shortfalls } from '../outcomes.ts';
import type { Related, Rule } from '../rule.ts';
import { shortageOf } from '../shortage.ts';
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
      const { fn, name, wanted, messages } = outcome;
      const { total, ranges } = frames(outcome);
      yield {
        rule: 'v2m-spi-exhausted',
        severity: severityOf(outcome, messages > 0 ? 'warning' : 'error'),
        at: outcome.at,
        message: `${name} wants ${counted(wanted, 'vector')}, each an SPI of ${ranges} (${total} in all): ${endOf(outcome)}`,
        related: spiUsers(outcome),
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

const usersAfter = new WeakMap<StepResult, readonly Related[]>();

/** Who has the SPIs; the same for every victim of one step. */
function spiUsers({ step, first }: Outcome): readonly Related[] {
  const known = usersAfter.get(step);
  if (known) return known;
  const vectors = new Map<FunctionIndex, number>();
  for (const [fn, { requester, vectors: runs }] of step.state.functions.entries()) {
    const count = requester?.controller === first.requester?.controller ? countVectors(runs) : 0;
    if (count > 0) vectors.set(fn, count);
  }
  const users = biggestUsers(step.state.topology, vectors);
  usersAfter.set(step, users);
  return users;
}

type Frame = OtherController['spiFrames'][number];

/** Few know that a virt machine with a GICv2 has no more than this, so the table is called by its owner. */
const isOfQemu = ({ first, last }: Frame): boolean => first === QEMU_V2M_FRAME.first && last === QEMU_V2M_FRAME.last;

const frameText = ({ first, last }: Frame): string => `${first}..${last}`;
