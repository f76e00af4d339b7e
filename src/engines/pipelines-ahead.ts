/**
 * Compute pipelines, compiled ahead. WebLLM compiles those of a model library one after the other when all weights are
 * there, and the compiler idles until then. What was compiled at one load is written down, and is compiled from the
 * start of the next one, beside reading and uploading the weights.
 */
import { z } from 'zod';
import { cacheStore, type FileSpec } from './files';

/** One cache for the lists of all libraries, under the library's address. */
const store = cacheStore('rulewright-pipelines');

/** All that a pipeline is made of; the library's have one bind group each. */
const recipeSchema = z.object({
  code: z.string(),
  entryPoint: z.string(),
  bindings: z.array(
    z.object({
      binding: z.number().int().nonnegative(),
      visibility: z.number().int(),
      buffer: z.object({ type: z.enum(['storage', 'read-only-storage', 'uniform']) }),
    }),
  ),
});
/** What WebLLM asked of the adapter. */
const deviceSchema = z.object({
  requiredFeatures: z.array(z.string()),
  requiredLimits: z.record(z.string(), z.number()),
});
const listSchema = z.object({
  library: z.string(),
  device: deviceSchema,
  recipes: z.array(recipeSchema).min(1).max(1000),
});

type Recipe = z.infer<typeof recipeSchema>;
export type DeviceRecipe = z.infer<typeof deviceSchema>;

/** What one load left for the next one. */
export type PipelineList = z.infer<typeof listSchema>;

const nameOf = (recipe: Recipe): string => JSON.stringify(recipe);

/** Which library the list is of: another build under the same address has other pipelines. */
const versionOf = ({ sha256, bytes }: FileSpec): string => sha256 ?? `${bytes} bytes`;

/** What was written down of a library; null where nothing is, or what is there cannot be read. */
export async function readPipelineList(library: FileSpec): Promise<PipelineList | null> {
  try {
    const kept = await store.read(library.address);
    const list = kept && listSchema.parse(JSON.parse(await kept.text()));
    return list?.library === versionOf(library) ? list : null;
  } catch {
    // Only time is lost: the list is written anew after this load.
    return null;
  }
}

/** Where there is no room for it, the next load compiles as late as this one. */
export async function keepPipelineList(
  library: FileSpec,
  device: DeviceRecipe,
  recipes: readonly Recipe[],
): Promise<void> {
  const list = JSON.stringify({ library: versionOf(library), device, recipes });
  await store.write(library.address, new Blob([list]));
}

export async function forgetPipelineList(address: string): Promise<void> {
  await store.remove(address);
}

/** The pipelines of one device: some compiled ahead, all written down. */
export class PipelinesAhead {
  readonly #seen = new Map<string, Recipe>();
  readonly #ahead = new Map<string, Promise<GPUComputePipeline>>();
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #codes = new WeakMap<GPUShaderModule, string>();
  readonly #bindings = new WeakMap<GPUBindGroupLayout | GPUPipelineLayout, Recipe['bindings']>();
  /** How many of the pipelines asked for were compiled ahead. */
  #taken = 0;

  constructor(private readonly recipes: readonly Recipe[]) {}

  /** Begins to compile, and answers what is asked of the device from then on. */
  serve(device: GPUDevice): void {
    for (const recipe of this.recipes) {
      const pipeline = this.#compile(device, recipe);
      // Whoever asks for it compiles it again, and hears of the failure.
      pipeline.catch(() => undefined);
      this.#ahead.set(nameOf(recipe), pipeline);
    }
    this.#watchLayouts(device);
    this.#watchPipelines(device);
  }

  /** All that was asked for; null when that is what was known before. */
  news(): readonly Recipe[] | null {
    const known = this.#taken === this.#seen.size && this.#taken === this.recipes.length;
    return known ? null : [...this.#seen.values()];
  }

  /** Lets go of what nobody asked for. */
  release(): void {
    this.#ahead.clear();
    this.#modules.clear();
  }

  #compile(device: GPUDevice, { code, entryPoint, bindings }: Recipe): Promise<GPUComputePipeline> {
    const group = device.createBindGroupLayout({ entries: bindings });
    const layout = device.createPipelineLayout({ bindGroupLayouts: [group] });
    const module = device.createShaderModule({ code });
    this.#modules.set(code, module);
    return device.createComputePipelineAsync({ layout, compute: { module, entryPoint } });
  }

  #watchLayouts(device: GPUDevice): void {
    const createBindGroupLayout = device.createBindGroupLayout.bind(device);
    const createPipelineLayout = device.createPipelineLayout.bind(device);
    device.createBindGroupLayout = (descriptor) => {
      const layout = createBindGroupLayout(descriptor);
      const bindings = recipeSchema.shape.bindings.safeParse([...descriptor.entries]);
      if (bindings.success) this.#bindings.set(layout, bindings.data);
      return layout;
    };
    device.createPipelineLayout = (descriptor) => {
      const layout = createPipelineLayout(descriptor);
      const [group, ...others] = descriptor.bindGroupLayouts;
      const bindings = group && others.length === 0 ? this.#bindings.get(group) : undefined;
      if (bindings !== undefined) this.#bindings.set(layout, bindings);
      return layout;
    };
  }

  #watchPipelines(device: GPUDevice): void {
    const createShaderModule = device.createShaderModule.bind(device);
    const createComputePipelineAsync = device.createComputePipelineAsync.bind(device);
    device.createShaderModule = (descriptor) => {
      const module = this.#modules.get(descriptor.code) ?? createShaderModule(descriptor);
      this.#codes.set(module, descriptor.code);
      return module;
    };
    device.createComputePipelineAsync = async (descriptor) => {
      const recipe = this.#recipeOf(descriptor);
      if (recipe === null) return await createComputePipelineAsync(descriptor);
      this.#seen.set(nameOf(recipe), recipe);
      const ahead = await this.#ahead.get(nameOf(recipe))?.catch(() => undefined);
      if (ahead === undefined) return await createComputePipelineAsync(descriptor);
      this.#taken += 1;
      return ahead;
    };
  }

  /** Null for a pipeline that is made of something else. */
  #recipeOf({ layout, compute }: GPUComputePipelineDescriptor): Recipe | null {
    const code = this.#codes.get(compute.module);
    const bindings = layout === 'auto' ? undefined : this.#bindings.get(layout);
    const { entryPoint, constants } = compute;
    if (code === undefined || bindings === undefined || entryPoint === undefined) return null;
    return constants === undefined ? { code, entryPoint, bindings } : null;
  }
}
