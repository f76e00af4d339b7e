import { describe, expect, it } from 'vitest';
import { createFakeEngine, createFakeServices } from '../app/testing/parts';
import { createModelsStore } from './models-store';

function open() {
  const { services } = createFakeServices();
  const made: string[] = [];
  const store = createModelsStore({
    ...services.models,
    createEngine: ({ variant }) => {
      made.push(variant);
      const engine = createFakeEngine([]);
      const unload = (): Promise<void> => Promise.resolve(void made.push(`unload ${variant}`));
      return { ...engine, unload };
    },
  });
  return { store, made, state: store.getState };
}

describe('the engine of the chosen model', () => {
  it('waits for the look, and changes with the preference', async () => {
    const { made, state } = open();
    await state().look();
    await state().engine();
    await state().engine();
    state().prefer('webllm');
    await state().engine();
    expect(made).toEqual(['starter', 'unload starter', 'starter-webgpu']);
    expect(state().offered['starter']?.model.engine).toBe('webllm');
  });
});

describe('addresses', () => {
  it('offers and chooses what is there, and says why something is not', async () => {
    const { state } = open();
    await state().addCustom('nowhere');
    expect(state().adding).toEqual({ kind: 'refused', message: 'it is no address' });
    expect(state().addresses).toEqual([]);
    await state().addCustom(' https://a.org/m.gguf ');
    expect(state().adding).toEqual({ kind: 'idle' });
    expect(state().selected).toBe('https://a.org/m.gguf');
    expect(state().addresses).toEqual(['https://a.org/m.gguf']);
    await state().addCustom('https://a.org/m.gguf');
    expect(state().addresses).toHaveLength(1);
  });

  it('come back with the preference, as far as they are there', async () => {
    const { state } = open();
    await state().restore(['gone', 'https://a.org/m.gguf'], 'webllm');
    expect(state().models.map(({ id }) => id)).toEqual(['starter', 'https://a.org/m.gguf']);
    expect(state().preference).toBe('webllm');
  });
});
