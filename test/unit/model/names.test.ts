import { describe, expect, it } from 'vitest';
import { modelOf, repaired, told } from './specs.ts';

const subjectsOf = (spec: string, step = 0) => {
  const model = modelOf(spec);
  expect(told(model)).toEqual([]);
  const found = model.machine.scenarios[0]?.steps[step];
  return found !== undefined && 'subjects' in found && found.subjects !== 'machine'
    ? found.subjects.map(({ node, numbers }) => [node.name, numbers])
    : found;
};

describe('one flat scope', () => {
  it('spans nesting and kinds', () => {
    const model = modelOf(
      'interrupt-controller a : gicv3 { its b }\nhost-bridge c { root-port b { endpoint a } }\nvm c',
    );
    expect(told(model)).toEqual([
      'duplicate-node-id @ b: b is already the name of an its',
      'duplicate-node-id @ a: a is already the name of an interrupt-controller',
      'duplicate-node-id @ c: c is already the name of a host-bridge',
    ]);
    expect(model.problems[0]?.related).toMatchObject([{ message: 'b is first declared here' }]);
  });

  it('is apart from those of types, scenarios and snapshots', () => {
    const spec = `host-bridge a { endpoint b }
      device-type a; scenario a { snapshot a; snapshot b }; scenario b { snapshot a }`;
    expect(told(modelOf(spec))).toEqual([]);
    expect(told(modelOf('scenario a { snapshot b; snapshot b }\nscenario a'))).toEqual([
      'duplicate-node-id @ b: b is already the name of another snapshot',
      'duplicate-node-id @ a: a is already the name of another scenario',
    ]);
  });

  it('proposes a name that is free', () => {
    const model = modelOf('host-bridge h { endpoint nic1; endpoint nic2; endpoint nic1[4] }');
    expect(repaired(model, model.problems[0])).toBe('host-bridge h { endpoint nic1; endpoint nic2; endpoint nic3[4] }');
  });

  it('has one machine', () => {
    expect(told(modelOf('machine a\nmachine b { os = linux-6.1 }'))).toEqual([
      'duplicate-node-id @ machine b: There is one machine in a spec, all files together; the first one counts',
    ]);
  });
});

describe('elements', () => {
  const rest = '}; scenario s {';
  it('are all without an index, in order', () => {
    expect(subjectsOf(`host-bridge h { hotplug endpoint late[3] ${rest} plug late }`)).toEqual([['late', [0, 1, 2]]]);
  });

  it('are picked by a number or a range', () => {
    expect(subjectsOf(`host-bridge h { hotplug endpoint late[8] ${rest} plug late[2..4] }`)).toEqual([
      ['late', [2, 3, 4]],
    ]);
  });

  it('of nested arrays count the outer index first', () => {
    const spec = `host-bridge h { endpoint nic[4] { vf v[32] } ${rest}`;
    expect(subjectsOf(`${spec} probe v[1][0] }`)).toEqual([['v', [32]]]);
    expect(subjectsOf(`${spec} probe v[3] }`)).toEqual([['v', Array.from({ length: 32 }, (_, i) => 96 + i)]]);
    expect(subjectsOf(`${spec} probe v[0..1][31] }`)).toEqual([['v', [31, 63]]]);
  });

  it('include those of the arrays around a single block', () => {
    expect(subjectsOf(`host-bridge h { root-port rp[4] { endpoint nic } ${rest} remove nic[3] }`)).toEqual([
      ['nic', [3]],
    ]);
    expect(subjectsOf(`host-bridge h { root-port rp[4] { endpoint nic } ${rest} remove nic }`)).toEqual([
      ['nic', [0, 1, 2, 3]],
    ]);
  });

  it('end at the length of their array', () => {
    const model = modelOf(
      `host-bridge h { endpoint nic[4] { vf v[2] } ${rest} probe nic[4]; probe v[1][0..2]; probe h }`,
    );
    expect(told(model)).toEqual([
      'index-out-of-range @ [4]: nic has 4 elements, 0..3',
      'index-out-of-range @ [0..2]: v[…] has 2 elements, 0..1',
      'wrong-kind-of-reference @ h: h is a host-bridge; an endpoint, vf or bridge is needed',
    ]);
    expect(model.problems.map(({ replacement }) => replacement)).toEqual(['[3]', '[0..1]', undefined]);
  });

  it('are none of a single thing', () => {
    const model = modelOf(`host-bridge h { endpoint nic ${rest} probe nic[0] }`);
    expect(told(model)).toEqual(['index-out-of-range @ [0]: nic is one thing, no array; it takes no index']);
    expect(repaired(model, model.problems[0])).toBe('host-bridge h { endpoint nic }; scenario s { probe nic }');
  });

  it('of arrays in arrays are limited together', () => {
    const model = modelOf('host-bridge h { endpoint e[65536] { vf v[65536] } }; scenario s { probe v }');
    expect(told(model)).toEqual([
      'limit-exceeded @ v[65536]: Elements of nested arrays (65536 × 65536): 4294967296 is over the limit of 65536; the rest is checked',
    ]);
  });
});

describe('references', () => {
  it('may stand before what they name', () => {
    expect(subjectsOf('scenario s { plug nic }; hotplug endpoint nic : nvme')).toEqual([['nic', [0]]]);
  });

  it('know the nearest name of a fitting kind', () => {
    const model = modelOf('host-bridge nci9 { endpoint nic0 }; scenario s { probe nci0 }');
    expect(told(model)).toEqual([
      'unresolved-reference @ nci0: No endpoint, vf or bridge named nci0; did you mean nic0?',
    ]);
    expect(repaired(model, model.problems[0])).toBe('host-bridge nci9 { endpoint nic0 }; scenario s { probe nic0 }');
  });

  it('tell a device type from a function', () => {
    expect(told(modelOf('device-type fat; scenario s { plug fat }'))).toEqual([
      'wrong-kind-of-reference @ fat: fat is a device-type; an endpoint or bridge is needed',
    ]);
  });

  it('count the CPUs', () => {
    const spec = (step: string) => modelOf(`machine m { cpus = 2; possible-cpus = 4 }; scenario s { ${step} }`);
    expect(told(spec('offline cpu[1]; online cpu[3]; expect cpu[0] { available = 3 }'))).toEqual([]);
    expect(told(spec('offline cpu[4]'))).toEqual(['index-out-of-range @ [4]: cpu has 4 elements, 0..3']);
  });

  it('let a function be called cpu', () => {
    const spec = 'host-bridge h { endpoint cpu[9] }; scenario s { expect cpu[8] { vectors = 1 }; offline cpu[0] }';
    expect(subjectsOf(spec)).toEqual([['cpu', [8]]]);
  });

  it('pair the elements of an array of VMs', () => {
    const spec = (assign: string) =>
      `host-bridge h { endpoint pf { vf v[40] }; endpoint e }; vm g[20] { assign ${assign} }`;
    expect(told(modelOf(spec('v')))).toEqual([]);
    expect(told(modelOf(spec('v[20..39]')))).toEqual([]);
    expect(told(modelOf(spec('v[21..39]')))).toEqual([
      'index-out-of-range @ v[21..39]: v has 19 elements here; each of the 20 elements of g needs its own',
    ]);
    expect(told(modelOf(spec('e')))).toEqual([
      'index-out-of-range @ e: e is one here; each of the 20 elements of g needs its own',
    ]);
  });

  it('are listed with what they refer to', () => {
    const model = modelOf(`interrupt-controller g : gicv3 { its i }; device-type fat : nvme
      host-bridge h { msi-parent = i; endpoint e[2] : fat }; scenario s { probe e[1] }; vm x { assign e[0] }`);
    const found = [...model.references()].map(({ site, to }) => {
      const { span } = model.sourceMap.locate({ decl: site.decl, span: site.span });
      return [model.files.values().next().value?.text.slice(span.from, span.to), to.decl.kind];
    });
    expect(found).toEqual([
      ['i', 'its'],
      ['fat', 'device-type'],
      ['e', 'endpoint'],
      ['e', 'endpoint'],
    ]);
  });
});
