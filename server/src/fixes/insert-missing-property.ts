import type { Declared } from '../model/declared.ts';
import { headerSpan } from '../model/source-map.ts';
import { kindOf } from '../schema/index.ts';
import { setProperty } from '../syntax/edits.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf, nodeAround } from './places.ts';
import { offered, vectorsText } from './requests.ts';

export const insertMissingProperty: Fix = {
  id: 'insert-missing-property',
  rules: ['missing-required-field'],
  safety: 'review',
  doc: 'Writes a property, a type or a mode that a block needs, with a value to start from.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    if (decl === undefined || block === undefined) return;
    const field = finding.facts?.field;
    if (field === undefined || field === 'type') {
      for (const word of wordsFor(decl, field)) {
        const end = block.start + (field === undefined ? block.node.kind.span : headerSpan(block.node)).to;
        yield {
          title: `Write ${word}`,
          edits: [{ from: end, to: end, text: field === undefined ? ` ${word}` : ` : ${word}` }],
        };
      }
      return;
    }
    if (typeof field !== 'string') return;
    for (const value of valuesFor(context, decl, field)) {
      yield { title: `Insert ${field} = ${value}`, edits: setProperty(context.tree, block, field, value) };
    }
  },
};

/** The modes of a request, or the types of a controller. */
function wordsFor(decl: Declared, field: string | undefined): readonly string[] {
  const kind = decl.kind === undefined ? undefined : kindOf(decl.kind);
  if (kind === undefined) return [];
  if (field === 'type') return kind.type.take === 'listed' ? kind.type.types.map(({ word }) => word) : [];
  return kind.name.role === 'word' ? kind.name.words.map(({ word }) => word) : [];
}

function valuesFor(context: FixContext, decl: Declared, field: string): readonly string[] {
  const { machine, topology } = context;
  switch (field) {
    case 'requester-ids':
      return ['0x0000..0xffff'];
    case 'device-ids':
      return ['0x0'];
    case 'msi-parent':
      return machine.controllers.flatMap((controller) => {
        const takers = controller.type === 'gicv3' ? controller.itses : [controller];
        return takers.flatMap(({ name }) => name ?? []);
      });
    case 'bus': {
      const taken = new Set(topology.rootBuses.map(({ bus }) => bus));
      let bus = EXPANDER_BUS;
      while (taken.has(bus)) bus -= EXPANDER_GAP;
      return [`${bus}`];
    }
    case 'vectors': {
      const node = nodeAround(context, decl);
      const mode = decl.name === 'msi' || decl.name === 'msix' ? decl.name : undefined;
      const most = node && mode ? Math.max(1, offered(node, mode)) : 1;
      return most > 1 ? [vectorsText(1, most), '1'] : ['1'];
    }
    default:
      return fromSchema(decl, field);
  }
}

/** Where QEMU's own examples put an expander, and how far below it the next one goes. */
const EXPANDER_BUS = 0x80;
const EXPANDER_GAP = 0x10;

/** The least value that the schema allows. */
function fromSchema(decl: Declared, field: string): readonly string[] {
  const kind = decl.kind === undefined ? undefined : kindOf(decl.kind);
  const type = kind?.properties.find(({ key }) => key === field)?.type;
  const plain = type?.is === 'anyOf' ? type.types[0] : type;
  switch (plain?.is) {
    case 'number':
      return [`${plain.min}`];
    case 'boolean':
      return ['true'];
    case 'keyword':
      return plain.words.map(({ word }) => word);
    default:
      return [];
  }
}
