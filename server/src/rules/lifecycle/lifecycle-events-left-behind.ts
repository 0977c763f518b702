import { leftBehindBy } from '../../timeline/left-behind.ts';
import type { RuleContext } from '../context.ts';
import type { Rule } from '../rule.ts';
import { at, hex } from '../sharing.ts';
import { counted } from '../words.ts';

export const lifecycleEventsLeftBehind: Rule = {
  id: 'lifecycle-events-left-behind',
  severity: 'info',
  title: 'a driver that goes leaves events behind',
  checks: 'In a scenario, a step that takes a driver or its vectors away gives all events of its function back.',
  why: 'Several MSI messages are one aligned region of a power of two of events. They are freed one at a time, exactly as many as were asked for, and the rest of the region stays taken: nobody holds it, and nothing ever frees it. With it stay the table and its LPIs, through unbind, removal and hot-unplug, for whoever comes next under the same DeviceID. `irqtopo show FILE --what-if all` compares what would be if blocks were freed in one piece, or regions were reserved and released.',
  remedy: 'Ask for a power of two of messages, or use MSI-X, where each vector is an event by itself.',
  sources: [
    'Linux 7.2: its_irq_domain_free, its_msi_teardown, drivers/irqchip/irq-gic-v3-its.c; irq_domain_free_irqs_hierarchy, kernel/irq/irqdomain.c (frees one at a time)',
    'Recorded machines: multi-msi, multi-msi-clean (6.1, 6.12, 7.2)',
  ],
  *check(context) {
    if (!hasIts(context)) return;
    for (const { steps } of context.runs) {
      for (const [number, result] of steps.entries()) {
        const before = steps[number - 1]?.state;
        if (before === undefined || result.step === undefined) continue;
        for (const { fn, events, device } of leftBehindBy(before, result)) {
          const { name, node } = at(result.state.topology, fn);
          const lpis = device.lpiCount === 1 ? 'its LPI' : `its ${device.lpiCount} LPIs`;
          yield {
            rule: 'lifecycle-events-left-behind',
            at: { decl: result.step.decl, part: 'header' },
            message: `${name} leaves ${counted(events, 'event')} of DeviceID ${hex(device.deviceId)} behind: ${events === 1 ? 'it stays' : 'they stay'} taken, and with ${events === 1 ? 'it' : 'them'} the table and ${lpis}`,
            related: [{ at: { decl: node.decl, part: 'header' }, message: `${name} had a block of MSI messages` }],
            functions: [fn],
            facts: { fn: name, events, deviceId: device.deviceId, lpis: device.lpiCount, step: number + 1 },
          };
        }
      }
    }
  },
};

const hasIts = ({ machine, runs }: RuleContext): boolean =>
  runs.length > 0 && machine.controllers.some(({ type }) => type === 'gicv3');
