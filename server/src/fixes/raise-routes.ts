import { KVM_ROUTES } from '../schema/hypervisor-tables.ts';
import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, fact } from './places.ts';

export const raiseRoutes: Fix = {
  id: 'raise-routes',
  rules: ['vmm-routes-exceeded'],
  safety: 'review',
  doc: 'Lets the VMM fill all of the table of interrupt routes that KVM has, where it stops before its end.',
  *propose(finding, context) {
    const { machine } = context;
    const routes = fact(finding, 'routes') ?? KVM_ROUTES;
    const vm = machine.vms.find(({ name }) => name !== undefined && name === finding.facts?.vm);
    const decl = finding.facts?.vm === undefined ? machine.decl : vm?.decl;
    const block = decl && blockOf(context, decl);
    if (block === undefined || routes >= KVM_ROUTES) return;
    yield {
      title: `Let the VMM use all ${KVM_ROUTES} routes of KVM instead of ${routes}`,
      edits: setProperty(context.tree, block, 'routes', String(KVM_ROUTES)),
    };
  },
};
