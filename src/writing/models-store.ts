/** Which model writes: the list, what each needs, whether and by which engine it runs here. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Model, Offered, Services } from '../app/service-types';
import type { Engine } from '../engines/engine';
import type { EnginePreference } from '../engines/offer';

export const PREFERENCES: readonly EnginePreference[] = ['automatic', 'webllm', 'wllama'];

export interface ModelsState {
  readonly models: readonly Model[];
  readonly selected: string;
  /** Which engine the person wants, where a model has two. */
  readonly preference: EnginePreference;
  /** What the browser said about each model, by id; absent while it is being asked. */
  readonly offered: Readonly<Record<string, Offered>>;
  /** Addresses of models of one's own, as typed. */
  readonly addresses: readonly string[];
  /** What is being done about the address that was typed last. */
  readonly adding: Adding;
  readonly select: (id: string) => void;
  readonly prefer: (preference: EnginePreference) => void;
  /** Asks the browser about every model. */
  readonly look: () => Promise<void>;
  /** Offers the models at an address, and chooses the first. */
  readonly addCustom: (address: string) => Promise<void>;
  /** Offers the models of an earlier visit again, as far as they are there. */
  readonly restore: (addresses: readonly string[], preference: EnginePreference) => Promise<void>;
  /** Deletes the downloaded files of a model. */
  readonly remove: (id: string) => Promise<void>;
  readonly model: () => Model;
  /** The chosen model's engine, once it is known which; the engine of another model is let go first. */
  readonly engine: () => Promise<Engine>;
}

export type Adding =
  | { readonly kind: 'idle' }
  | { readonly kind: 'fetching' }
  | { readonly kind: 'refused'; readonly message: string };

export type ModelsStore = StoreApi<ModelsState>;

export function createModelsStore(services: Services['models']): ModelsStore {
  let current: { variant: string; engine: Engine } | null = null;
  let looking: Promise<void> = Promise.resolve();

  return createStore<ModelsState>((set, get) => {
    const release = async (): Promise<void> => {
      const engine = current?.engine;
      current = null;
      await engine?.unload();
    };
    const look = async (): Promise<void> => {
      const { preference } = get();
      const offers = await services.offer(preference);
      // A later wish has its own look.
      if (preference !== get().preference) return;
      set({
        models: offers.map(({ model }) => model),
        offered: Object.fromEntries(offers.map((offer) => [offer.model.id, offer])),
      });
    };
    return {
      models: [services.starter],
      selected: services.starter.id,
      preference: 'automatic',
      offered: {},
      addresses: [],
      adding: { kind: 'idle' },
      select(id) {
        set({ selected: id });
      },
      prefer(preference) {
        set({ preference });
        void get().look();
      },
      look() {
        looking = look();
        return looking;
      },
      async addCustom(typed) {
        const address = typed.trim();
        set({ adding: { kind: 'fetching' } });
        try {
          const model = await services.add(address);
          await get().look();
          const addresses = [...get().addresses.filter((one) => one !== address), address];
          set({ addresses, selected: model.id, adding: { kind: 'idle' } });
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          set({ adding: { kind: 'refused', message } });
        }
      },
      async restore(addresses, preference) {
        set({ addresses, preference });
        // One that is gone is left out: typing it again says why.
        await Promise.allSettled(addresses.map((address) => services.add(address)));
        await get().look();
      },
      async remove(id) {
        const model = get().models.find((one) => one.id === id);
        if (model === undefined) return;
        if (current?.variant === model.variant) await release();
        await services.remove(model);
        await get().look();
      },
      model() {
        // A model chosen on an earlier visit may not be offered any more.
        return get().models.find((one) => one.id === get().selected) ?? services.starter;
      },
      async engine() {
        // A failed look leaves the starter as it was offered first.
        await looking.catch(() => undefined);
        const model = get().model();
        if (current !== null && current.variant !== model.variant) await release();
        current ??= { variant: model.variant, engine: services.createEngine(model) };
        return current.engine;
      },
    };
  });
}
