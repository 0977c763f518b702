import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf, fact } from './places.ts';

export const correctBusNumber: Fix = {
  id: 'correct-bus-number',
  rules: ['address-mismatch'],
  safety: 'review',
  doc: 'Writes the bus, or the segment, that the numbering gives.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    const [bus, segment] = [fact(finding, 'bus'), fact(finding, 'segment')];
    if (decl === undefined || block === undefined || bus === undefined || segment === undefined) return;
    if ('part' in finding.at && finding.at.part !== 'at') {
      yield { title: `Write bus ${bus}`, edits: setProperty(context.tree, block, 'bus', `${bus}`) };
      return;
    }
    const value = block.node.at?.value;
    if (value === undefined || decl.at === undefined) return;
    const digits = (n: number, width: number) => n.toString(16).padStart(width, '0');
    const domain = decl.at.segment === undefined ? '' : `${digits(segment, 4)}:`;
    const short = `${digits(decl.at.device, 2)}.${decl.at.function}`;
    const edit = (text: string) => [{ from: block.start + value.span.from, to: block.start + value.span.to, text }];
    const full = `${domain}${digits(bus, 2)}:${short}`;
    yield { title: `Write the address as ${full}`, edits: edit(full) };
    yield { title: `Write the address as ${short}, without a bus`, edits: edit(short) };
  },
};
