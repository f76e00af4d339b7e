/**
 * The graphics device of a load. WebLLM asks for one when it has started; where an earlier load wrote down what it asks
 * for, the device is there before that, and compiles the library's pipelines meanwhile.
 */
import type { FileSpec } from './files';
import {
  keepPipelineList,
  PipelinesAhead,
  type DeviceRecipe,
  type PipelineList,
} from './pipelines-ahead';

interface Made {
  readonly recipe: DeviceRecipe;
  readonly device: GPUDevice;
}

function sameDevice(one: DeviceRecipe, other: DeviceRecipe): boolean {
  const sorted = ({ requiredFeatures, requiredLimits }: DeviceRecipe): string =>
    JSON.stringify([[...requiredFeatures].sort(), Object.entries(requiredLimits).sort()]);
  return sorted(one) === sorted(other);
}

export class DeviceAhead {
  #pipelines: PipelinesAhead | null = null;
  #early: Promise<Made | null> = Promise.resolve(null);
  #asked: DeviceRecipe | null = null;

  /** @param onLost hears of the loss of WebLLM's device, at any time after */
  constructor(
    private readonly list: PipelineList | null,
    private readonly onLost: (reason: string) => void,
  ) {}

  /** Makes the device now, and begins to compile. */
  begin(): void {
    if (this.list === null) return;
    const recipe = this.list.device;
    const make = async (): Promise<Made | null> => {
      const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
      const device = await adapter?.requestDevice(descriptorOf(recipe));
      if (device === undefined) return null;
      this.#serve(device);
      return { recipe, device };
    };
    // What this adapter no longer offers WebLLM does not ask for either.
    this.#early = make().catch(() => null);
  }

  /**
   * From now on WebLLM gets this device, and all the buffer size the adapter has.
   * WebLLM itself asks for 1 GiB bindings, else falls to 128 MiB, less than a 3B's embedding.
   */
  install(): void {
    const { gpu } = navigator;
    const requestAdapter = gpu.requestAdapter.bind(gpu);
    gpu.requestAdapter = async (options) => {
      const adapter = await requestAdapter(options);
      if (adapter === null) return null;
      const requestDevice = adapter.requestDevice.bind(adapter);
      const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
      adapter.requestDevice = async (descriptor) => {
        const recipe = {
          requiredFeatures: [...(descriptor?.requiredFeatures ?? [])],
          requiredLimits: {
            ...definedLimits(descriptor?.requiredLimits),
            maxBufferSize,
            maxStorageBufferBindingSize,
          },
        };
        const early = await this.#take(recipe);
        const device = early ?? (await requestDevice(descriptorOf(recipe)));
        if (early === null) this.#serve(device);
        // A loaded model's device is never given back but with its whole worker: any loss is a loss.
        void device.lost.then(({ message }) => this.onLost(message));
        return device;
      };
      return adapter;
    };
  }

  /** Writes down what the next load can begin with. */
  async keep(library: FileSpec): Promise<void> {
    const recipes = this.#pipelines?.news();
    if (this.#asked && recipes) await keepPipelineList(library, this.#asked, recipes);
  }

  /** Lets go of what WebLLM did not ask for. */
  async release(): Promise<void> {
    this.#pipelines?.release();
    if (this.#asked === null) (await this.#early)?.device.destroy();
  }

  #serve(device: GPUDevice): void {
    this.#pipelines = new PipelinesAhead(this.list?.recipes ?? []);
    this.#pipelines.serve(device);
  }

  async #take(recipe: DeviceRecipe): Promise<GPUDevice | null> {
    const [made, isFirst] = [await this.#early, this.#asked === null];
    this.#asked = recipe;
    if (made !== null && isFirst && sameDevice(made.recipe, recipe)) return made.device;
    made?.device.destroy();
    return null;
  }
}

function descriptorOf({ requiredFeatures, requiredLimits }: DeviceRecipe): GPUDeviceDescriptor {
  return { requiredFeatures: requiredFeatures as GPUFeatureName[], requiredLimits };
}

function definedLimits(
  limits: GPUDeviceDescriptor['requiredLimits'] | undefined,
): Record<string, number> {
  const defined = Object.entries(limits ?? {}).filter(([, limit]) => limit !== undefined);
  return Object.fromEntries(defined) as Record<string, number>;
}
