import type { Declared } from '../model/declared.ts';
import type { Request } from '../model/machine.ts';
import { setProperty } from '../syntax/edits.ts';
import type { Block } from '../syntax/tree.ts';
import type { Located } from '../syntax/walk.ts';
import { MODE_NAMES } from './change-mode.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { takeOut } from './moved-text.ts';
import { blockOf, declOf, nodeAround } from './places.ts';
import { messageRequests } from './requests.ts';

export const useOneMode: Fix = {
  id: 'use-one-mode',
  rules: ['msi-and-msix-both-enabled', 'lifecycle-double-enable'],
  safety: 'review',
  doc: 'Leaves one of two requests: MSI-X with MSI as its fallback, or one of the two alone.',
  *propose(finding, context) {
    const first = finding.related?.[0]?.at;
    const held = written(context, first && 'decl' in first ? first.decl : undefined);
    const asked = written(context, declOf(finding));
    if (held === undefined || asked === undefined) return;
    const { tree } = context;
    const [msix, msi] = asked.request.mode === 'msix' ? [asked, held] : [held, asked];
    if (msix.request.mode === 'msix' && msi.request.mode === 'msi') {
      const others = msix.request.fallback.filter((mode) => mode !== 'msi');
      const fallback = others.length === 0 ? 'msi' : `[msi, ${others.join(', ')}]`;
      yield {
        title: 'Ask for MSI-X, and in the same call for MSI where that fails',
        edits: [...setProperty(tree, msix.block, 'fallback', fallback), ...takeOut(tree, [msi.block])],
      };
    }
    const alike = held.request.mode === asked.request.mode;
    yield {
      title: `Ask for ${modeOf(held)} alone${alike ? ', as written first' : ''}`,
      edits: takeOut(tree, [asked.block]),
    };
    yield {
      title: `Ask for ${modeOf(asked)} alone${alike ? ', as written last' : ''}`,
      edits: takeOut(tree, [held.block]),
    };
  },
};

interface Written {
  readonly request: Request;
  readonly block: Located<Block>;
}

function written(context: FixContext, decl: Declared | undefined): Written | undefined {
  const node = decl && nodeAround(context, decl);
  const request = node && messageRequests(node).find((one) => one.decl === decl);
  const block = decl && blockOf(context, decl);
  return request && block && { request, block };
}

const modeOf = ({ request: { mode } }: Written): string =>
  mode === 'msi' || mode === 'msix' ? MODE_NAMES[mode] : mode === 'intx' ? 'INTx' : 'IMS';
