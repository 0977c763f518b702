import type { Rule } from '../rule.ts';

export const wrongKindOfReference: Rule = {
  id: 'wrong-kind-of-reference',
  severity: 'error',
  title: 'a name of the wrong kind of thing',
  checks:
    'An `msi-map` leads to an ITS, `assign` takes an endpoint or a VF, `plug` a bridge or an endpoint, `start` a VM.',
  why: 'The step asks of the thing what it cannot do: a controller cannot be plugged, an endpoint cannot translate DeviceIDs.',
  remedy: 'Name something of the right kind; the quick-fix offers the nearest name of that kind.',
  sources: ['The language: docs/language.md, "Names and arrays"'],
};
