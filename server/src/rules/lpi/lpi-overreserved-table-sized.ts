import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { ItsDevice } from '../../controllers/gicv3-its/index.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import type { Turn } from '../../timeline/turn.ts';
import type { RuleContext } from '../context.ts';
import { deviceOf, type Outcome, outcomesAtBoot } from '../outcomes.ts';
import type { Rule } from '../rule.ts';
import { counted } from '../words.ts';

/** Reported from this many LPIs on, and when so many times more are reserved than used: less is nobody's worry. */
const WORTH_TELLING_LPIS = 64;
const WORTH_TELLING_TIMES = 4;

export const lpiOverreservedTableSized: Rule = {
  id: 'lpi-overreserved-table-sized',
  severity: 'hint',
  title: 'far more LPIs are reserved than the driver asks for',
  checks: 'LPIs reserved for a function of its own DeviceID are compared with the vectors its driver was granted.',
  why: 'Linux 6.1 sizes a table by the vectors asked for. From 6.11 on it is the whole MSI-X table, and since 7.2 or somewhat before also the whole MSI capability: a controller with 2048 entries reserves 2048 LPIs for a driver that uses eight. The pool of 57,344 is then empty after 28 such functions.',
  remedy: 'Where the VMM lets you, make the table as large as the driver needs (QEMU: `vectors=`, `msix_qsize=`).',
  sources: [
    'Linux 7.2: its_pci_msi_prepare, drivers/irqchip/irq-gic-its-msi-parent.c; msi_create_device_irq_domain, kernel/irq/msi.c',
    'Recorded machines: msix-partial-request, multi-msi-clean (6.12, 7.2)',
  ],
  *check(context) {
    const { machine } = context;
    if (machine.rules === '6.1') return;
    for (const outcome of lastOfEach(context)) {
      const { fn, name, messages, step } = outcome;
      if (messages === 0) continue;
      const device = deviceOf(step.state, outcome);
      if (device === undefined || !isLargeOwn(device)) continue;
      if (device.lpiCount < WORTH_TELLING_TIMES * roundUpToPowerOfTwo(messages)) continue;
      yield {
        rule: 'lpi-overreserved-table-sized',
        at: outcome.at,
        message: `${name} reserves ${device.lpiCount} LPIs for ${counted(messages, 'vector')}: Linux ${machine.os.major}.${machine.os.minor} sizes by the table`,
        functions: [fn],
        facts: { fn: name, lpis: device.lpiCount, vectors: messages },
      };
    }
  },
};

/** The last call of each function at boot: some drivers ask for one vector first and for the real number then. */
function lastOfEach(context: RuleContext): Iterable<Outcome> {
  const isAsked = ({ had }: Turn): boolean => had.mostLpis >= WORTH_TELLING_LPIS;
  const last = new Map<FunctionIndex, Outcome>();
  for (const outcome of outcomesAtBoot(context, isAsked)) last.set(outcome.fn, outcome);
  return last.values();
}

const isLargeOwn = ({ shared, lpiCount }: ItsDevice): boolean => !shared && lpiCount >= WORTH_TELLING_LPIS;
