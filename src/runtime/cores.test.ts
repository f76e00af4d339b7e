import { describe, expect, it } from 'vitest';
import { searchWorkers } from './cores';

describe('workers of a search', () => {
  it.each([
    [{ cores: 8, memory: 8, isPhone: false }, 7],
    [{ cores: 32, memory: 8, isPhone: false }, 8],
    [{ cores: 8, memory: null, isPhone: false }, 7],
    [{ cores: 2, memory: 8, isPhone: false }, 1],
    [{ cores: 1, memory: 8, isPhone: false }, 1],
    [{ cores: 8, memory: 4, isPhone: true }, 2],
    [{ cores: 6, memory: null, isPhone: true }, 2],
    [{ cores: 8, memory: 0.5, isPhone: true }, 1],
  ])('%o: %i', (machine, workers) => {
    expect(searchWorkers(machine)).toBe(workers);
  });
});
