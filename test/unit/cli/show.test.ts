import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PLATFORMS } from '../../../server/src/ide/platforms/index.ts';
import { irqtopo, temporaryFolder } from './terminal.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', '..', 'samples');
const folder = temporaryFolder();
afterAll(folder.remove);

describe('irqtopo show', () => {
  it('prints who gets which DeviceID by which alias, which events and LPIs', async () => {
    const { code, out, err } = await irqtopo(SAMPLES, ['show', 'shared-bridge.irqtopo']);
    expect(code).toBe(0);
    const row = out.split('\n').find((line) => line.includes('disk0'));
    expect(row).toMatch(/02:02\.0 0x0210/);
    expect(row).toMatch(/0x0200 at its0 via br0/);
    expect(row).toMatch(/7 of 8, shared/);
    expect(row).toMatch(/3\.\.4 .*8197\.\.8198/);
    expect(out).toContain('At the end of scenario "a second network card"');
    expect(err).toBe('2 errors: irqtopo check shared-bridge.irqtopo\n');
  });
  it('prints the same as JSON', async () => {
    const { code, out, err } = await irqtopo(SAMPLES, ['show', '--json', 'clean-virt.irqtopo']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const document = JSON.parse(out);
    expect(document).toMatchObject({ version: 1, spec: 'clean-virt.irqtopo' });
    expect(document.boot.functions).toContainEqual(
      expect.objectContaining({
        name: 'nic',
        requesterId: 0x0100,
        deviceId: 0x0100,
        mode: 'msix',
        vectors: 3,
        events: [{ first: 0, last: 2 }],
        interrupts: [{ first: 8202, last: 8204 }],
      }),
    );
    expect(document.scenarios).toHaveLength(1);
  });
  it('puts the tree on another controller, and says what that took', async () => {
    const { code, out, err } = await irqtopo(SAMPLES, ['show', '--as', 'x86-apic', 'shared-bridge.irqtopo']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Changed for x86-apic:\n- 1 expectation left out, made for gicv3\n');
    expect(out).toMatch(/nic0 : virtio-net-pci .* MSI-X 3 /);
    expect(out).toContain('Findings: none\n');
  });
  it('compares controllers', async () => {
    const { code, out } = await irqtopo(SAMPLES, [
      'show',
      'shared-bridge.irqtopo',
      '--as',
      'gicv3,gicv2m',
      '--as',
      'x86-apic',
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/\| function +\| gicv3 +\| gicv2m +\| x86-apic +\|/);
    expect(out).toMatch(/\| nic1 : virtio-net-pci +\| INTx for MSI-X 3 +\| MSI-X 3, from 89 +\| MSI-X 3, from 33 +\|/);
    const all = await irqtopo(SAMPLES, ['show', 'shared-bridge.irqtopo', '--as', 'all', '--json']);
    const { spec, platforms } = JSON.parse(all.out);
    expect(spec).toBe('shared-bridge.irqtopo');
    expect(platforms.map(({ as }: { as: string }) => as)).toEqual(PLATFORMS.map(({ type }) => type));
    expect(platforms[0].findings).toContainEqual(expect.objectContaining({ rule: 'itt-exhausted', severity: 'error' }));
    expect(platforms[1].boot.functions).toHaveLength(platforms[0].boot.functions.length);
  });
  it('knows the controllers there are', async () => {
    const { code, err } = await irqtopo(SAMPLES, ['show', 'shared-bridge.irqtopo', '--as', 'x86-pic']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'irqtopo: there is no interrupt controller x86-pic. Did you mean x86-apic?\n',
    });
  });
  it('says what it cannot show', async () => {
    expect(await irqtopo(folder.path, ['show', 'none.irqtopo'])).toEqual({
      code: 2,
      out: '',
      err: 'irqtopo: none.irqtopo does not exist\n',
    });
    folder.put('library.irqtopo', 'device-type card { msix = 4 }\n');
    const { code, err } = await irqtopo(folder.path, ['show', 'library.irqtopo']);
    expect(code).toBe(2);
    expect(err).toContain('library.irqtopo describes no machine');
  });
});
