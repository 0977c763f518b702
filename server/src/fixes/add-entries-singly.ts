import type { Version } from '../model/machine.ts';
import { compareVersions, writeVersion } from '../model/versions.ts';
import { afterBoot } from '../rules/headroom.ts';
import { propertyIn, removeStatement, setProperty } from '../syntax/edits.ts';
import type { TextEdit } from '../syntax/tree.ts';
import { controllerSupports } from '../timeline/apply.ts';
import { FIRST_DYNAMIC_MSIX } from '../timeline/dynamic.ts';
import { FIRST_DYNAMIC_QEMU, FIRST_DYNAMIC_VFIO } from '../timeline/guests/flow.ts';
import { resolveRequester } from '../timeline/requester.ts';
import { assignmentAt } from './assignments.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { blockOf, functionsOf } from './places.ts';

/** Versions that are in use for long, and have what is needed. */
const kernel: Version = { major: 6, minor: 12 };
const qemu: Version = { major: 10, minor: 0 };

export const addEntriesSingly: Fix = {
  id: 'add-entries-singly',
  rules: ['vfio-noresize-gap', 'vfio-sparse-overallocation', 'msix-dynamic-unsupported'],
  safety: 'review',
  doc: 'Takes a kernel and a QEMU that add MSI-X entries one by one, so that nothing is torn down and nothing stands idle.',
  *propose(finding, context) {
    const [fn] = functionsOf(finding, context);
    const state = afterBoot(context);
    const requester = fn === undefined ? undefined : resolveRequester(state, fn.index);
    if (!requester?.ok || !controllerSupports(state, requester.value.controller).dynamicMsix) return;
    const found = assignmentAt(finding, context);
    const parts: { readonly words: string; readonly edits: readonly TextEdit[] }[] = [];
    const { machine } = context;
    if (compareVersions(machine.os, found === undefined ? FIRST_DYNAMIC_MSIX : FIRST_DYNAMIC_VFIO) < 0) {
      const os = `linux-${writeVersion(kernel)}`;
      parts.push({ words: os, edits: withProperty(context, machine.decl, 'os', os) });
    }
    if (found !== undefined) {
      const { vm, assignment } = found;
      if (vm.vmm !== undefined && compareVersions(vm.vmm, FIRST_DYNAMIC_QEMU) < 0) {
        const vmm = `qemu-${writeVersion(qemu)}`;
        parts.push({ words: vmm, edits: withProperty(context, vm.decl, 'vmm', vmm) });
      }
      if (assignment.flow === 'grow')
        parts.push({ words: 'flow = dynamic', edits: withoutFlow(context, assignment.decl) });
    }
    const edits = parts.flatMap((part) => part.edits);
    if (edits.length === 0) return;
    yield { title: `Add entries one by one (${parts.map(({ words }) => words).join(', ')})`, edits };
  },
};

function withProperty(
  context: FixContext,
  decl: FixContext['machine']['decl'],
  key: string,
  value: string,
): readonly TextEdit[] {
  const block = decl && blockOf(context, decl);
  return block === undefined ? [] : setProperty(context.tree, block, key, value);
}

/** What is not written is dynamic where that can be. */
function withoutFlow(context: FixContext, decl: NonNullable<FixContext['machine']['decl']>): readonly TextEdit[] {
  const block = blockOf(context, decl);
  const property = block && propertyIn(block, 'flow');
  return property === undefined ? [] : removeStatement(context.tree, property);
}
