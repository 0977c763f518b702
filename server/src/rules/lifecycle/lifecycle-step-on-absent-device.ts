import type { Rule } from '../rule.ts';

export const lifecycleStepOnAbsentDevice: Rule = {
  id: 'lifecycle-step-on-absent-device',
  severity: 'error',
  title: 'a step for a function that is not there, or not in the state for it',
  checks:
    'A function is plugged once and present before it is unplugged; a driver is bound to a function that is present and has none, and removed from one that has; what a driver calls is called while there is one, for vectors, handlers and CPUs in the state for it.',
  why: 'The kernel has no device to act on: the file in sysfs that the step would write to does not exist, or it answers -ENODEV. On the real machine the rest of a script goes on with a state its author did not mean.',
  remedy: 'Put the missing step before it, or remove this one.',
  sources: ['Linux 7.2: bind_store, unbind_store, drivers/base/bus.c', 'docs/language.md, "Scenarios"'],
};
