import type { Declared } from '../model/declared.ts';
import { writeVersion } from '../model/versions.ts';
import { setProperty } from '../syntax/edits.ts';
import type { TextEdit } from '../syntax/tree.ts';
import { hasIms, LAST_IMS } from '../timeline/ims.ts';
import { assignmentAt } from './assignments.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { blockOf } from './places.ts';

const kernel = `linux-${writeVersion(LAST_IMS)}`;

export const kernelWithIms: Fix = {
  id: 'kernel-with-ims',
  rules: ['ims-not-in-kernel'],
  safety: 'review',
  doc: 'Takes the last kernel that had interrupt message storage, on the host, in the guest or in both.',
  *propose(finding, context) {
    const { machine } = context;
    const found = assignmentAt(finding, context);
    const onHost = hasIms(machine.os) ? [] : withKernel(context, machine.decl);
    const inGuest = found === undefined || hasIms(found.vm.os) ? [] : withKernel(context, found.vm.decl);
    const edits = [...onHost, ...inGuest];
    if (edits.length === 0) return;
    const places = [onHost.length > 0 ? 'on the host' : '', inGuest.length > 0 ? 'in the guest' : ''];
    const where = places.filter((place) => place !== '').join(' and ');
    yield { title: `Take ${kernel} ${where}, the last one with message storage`, edits };
  },
};

function withKernel(context: FixContext, decl: Declared | undefined): readonly TextEdit[] {
  const block = decl && blockOf(context, decl);
  return block === undefined ? [] : setProperty(context.tree, block, 'os', kernel);
}
