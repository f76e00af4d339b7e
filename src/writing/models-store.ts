/** Which model writes: the list, what each needs and whether it can run here. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Model, Offered, Services } from '../app/service-types';
import type { Engine } from '../engines/engine';

export interface ModelsState {
  readonly models: readonly Model[];
  readonly selected: string;
  /** What the browser said about each model, by id; absent while it is being asked. */
  readonly offered: Readonly<Record<string, Offered>>;
  /** What is wrong with the custom address; null when nothing is. */
  readonly addressError: string | null;
  readonly select: (id: string) => void;
  /** Asks the browser about every model. */
  readonly look: () => Promise<void>;
  /** Offers the model at an address, and chooses it. */
  readonly addCustom: (address: string) => void;
  /** Deletes the downloaded files of a model. */
  readonly remove: (id: string) => Promise<void>;
  readonly model: () => Model;
  /** The engine of the chosen model; the engine of another model is let go first. */
  readonly engine: () => Promise<Engine>;
}

export type ModelsStore = StoreApi<ModelsState>;

export function createModelsStore(services: Services['models']): ModelsStore {
  let current: { id: string; engine: Engine } | null = null;
  let custom: Model[] = [];

  return createStore<ModelsState>((set, get) => {
    const release = async (id: string): Promise<void> => {
      if (current === null || current.id !== id) return;
      const { engine } = current;
      current = null;
      await engine.unload();
    };
    return {
      models: [services.starter],
      selected: services.starter.id,
      offered: {},
      addressError: null,
      select(id) {
        set({ selected: id });
      },
      async look() {
        const offers = await services.offer(custom);
        set({
          models: offers.map(({ model }) => model),
          offered: Object.fromEntries(offers.map((offer) => [offer.model.id, offer])),
        });
      },
      addCustom(address) {
        try {
          const model = services.custom(address);
          custom = [...custom.filter((one) => one.id !== model.id), model];
          const others = get().models.filter((one) => one.id !== model.id);
          set({ models: [...others, model], selected: model.id, addressError: null });
          void get().look();
        } catch (error) {
          set({ addressError: error instanceof Error ? error.message : String(error) });
        }
      },
      async remove(id) {
        const model = get().models.find((one) => one.id === id);
        if (model === undefined) return;
        await release(id);
        await services.remove(model);
        await get().look();
      },
      model() {
        // A model chosen on an earlier visit may not be offered any more.
        return get().models.find((one) => one.id === get().selected) ?? services.starter;
      },
      async engine() {
        const model = get().model();
        if (current !== null && current.id !== model.id) await release(current.id);
        current ??= { id: model.id, engine: services.createEngine(model) };
        return current.engine;
      },
    };
  });
}
