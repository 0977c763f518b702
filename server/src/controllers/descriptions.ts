/** docs/controllers.md: the controllers side by side, made from what each folder says of its own and what its code supports. */
import type { InterruptController } from './controller.ts';
import type { ControllerDescription } from './description.ts';
import { gicv2mDescription } from './gicv2m/description.ts';
import { gicv2m } from './gicv2m/index.ts';
import { gicv3Description } from './gicv3-its/description.ts';
import { gicv3Its } from './gicv3-its/index.ts';
import { gicv5Description } from './gicv5-its/description.ts';
import { gicv5Its } from './gicv5-its/index.ts';
import { imsicDescription } from './riscv-imsic/description.ts';
import { riscvImsic } from './riscv-imsic/index.ts';
import { spaprDescription } from './spapr/description.ts';
import { spapr } from './spapr/index.ts';
import { x86Description } from './x86-apic/description.ts';
import { x86Apic, x86Remapped } from './x86-apic/index.ts';

type Supports = InterruptController<never>['supports'];

/** A controller with what its MSI domains support; x86 with and without remapping. */
export interface Described {
  readonly description: ControllerDescription;
  readonly supports: readonly { readonly when?: string; readonly has: Supports }[];
}

/** In the order of the language's reference. */
export const DESCRIBED: readonly Described[] = [
  { description: gicv3Description, supports: [{ has: gicv3Its.supports }] },
  { description: gicv2mDescription, supports: [{ has: gicv2m.supports }] },
  { description: gicv5Description, supports: [{ has: gicv5Its.supports }] },
  {
    description: x86Description,
    supports: [
      { when: 'with remapping', has: x86Remapped.supports },
      { when: 'without', has: x86Apic.supports },
    ],
  },
  { description: spaprDescription, supports: [{ has: spapr.supports }] },
  { description: imsicDescription, supports: [{ has: riscvImsic.supports }] },
];

/** Rows of the table: a heading, and what stands there for a controller. */
const ROWS: readonly (readonly [heading: string, cell: (one: Described) => string])[] = [
  ['type', ({ description: { types } }) => types.map((type) => `\`${type}\``).join(', ')],
  ['known', ({ description }) => description.known],
  ['number space', ({ description }) => description.numbers],
  ['address and data from', ({ description }) => description.pair],
  ['a number is taken', ({ description }) => description.taken],
  ['sharing', ({ description }) => description.sharing],
  ['several MSI messages', (one) => blockCell(one)],
  ['MSI-X added one by one', (one) => yesOrNo(one, ({ dynamicMsix }) => dynamicMsix)],
  ['MSI-X entries with gaps', (one) => yesOrNo(one, ({ contiguousMsix }) => contiguousMsix !== true)],
  ['when full', ({ description }) => description.whenFull],
  ['Linux tries again with', ({ description }) => description.fallback],
  ['a CPU goes offline', ({ description }) => description.cpuLeaves],
  ['never given back', ({ description }) => description.leaks],
];

/** The page as markdown. */
export function controllersPage(): string {
  const header = ['', ...DESCRIBED.map(({ description }) => description.title)];
  const rows = ROWS.map(([heading, cell]) => [`**${heading}**`, ...DESCRIBED.map(cell)]);
  return `${[
    '<!-- Made by `npm run generate` from the `description.ts` of each folder in server/src/controllers. Edit those. -->',
    '# Interrupt controllers side by side',
    'One PCI tree asks for the same vectors everywhere; what it gets is the interrupt controller’s matter. This is how those that the checker knows differ. [platforms.md](platforms.md) shows one tree on several of them, [the reference](reference.md#interrupt-controller) has their properties, and the pages on [GICv5](gicv5.md) and [IMSIC](riscv-imsic.md) the rules that are known by reading alone.',
    [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    '“Recorded” means that allocations of real kernels were recorded and are replayed, number for number, by `npm run conformance`; “by reading” that the source was followed and not yet measured.',
    '## What is followed',
    ...DESCRIBED.map(({ description }) => sources(description)),
  ].join('\n\n')}\n`;
}

const sources = ({ title, folder, sources: followed }: ControllerDescription): string =>
  [`**${title}** (\`server/src/controllers/${folder}\`)`, '', ...followed.map((source) => `- ${source}`)].join('\n');

function blockCell(one: Described): string {
  const { block } = one.description;
  return one.supports.every(({ has }) => !has.multiMsi)
    ? `no: ${block}`
    : `${yesOrNo(one, (has) => has.multiMsi)}: ${block}`;
}

/** "yes", "no", "with remapping yes, without no". */
function yesOrNo({ supports }: Described, test: (has: Supports) => boolean): string {
  const word = (has: Supports) => (test(has) ? 'yes' : 'no');
  const [first] = supports;
  if (first !== undefined && supports.every(({ has }) => test(has) === test(first.has))) return word(first.has);
  return supports.map(({ when, has }) => `${when} ${word(has)}`).join(', ');
}
