/**
 * Where functions are plugged, in words that bus numbers do not change: how QEMU names a device's part of a migration stream
 * (hw/pci/pci.c: pcibus_get_dev_path).
 */
import { devfnOf } from './bus.ts';
import { NOWHERE, type RootBus, type Topology } from './topology.ts';

/**
 * The path of each function, by index: the host bridge, or the bus of an expander, and the device.function of every bridge down to
 * it. A VF has its physical function's and its number. Undefined for what stands nowhere.
 */
export function devicePaths({ functions, rootBuses }: Topology): readonly (string | undefined)[] {
  const paths: (string | undefined)[] = [];
  for (const fn of functions) {
    const root = rootBuses[fn.rootBus];
    const above = fn.parent === undefined ? root && rootPath(root) : paths[fn.parent];
    const physical = fn.vf && paths[fn.vf.physical];
    if (fn.rootBus === NOWHERE) paths.push(undefined);
    else if (fn.vf !== undefined) paths.push(physical && `${physical} vf ${fn.vf.number}`);
    else paths.push(above && `${above}/${devfnOf(fn).toString(16)}`);
  }
  return paths;
}

const rootPath = ({ hostBridge, expander, bus }: RootBus): string =>
  expander === undefined ? `${hostBridge.segment}` : `${hostBridge.segment}:${bus.toString(16)}`;
