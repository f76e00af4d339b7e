import { describe, expect, it } from 'vitest';
import { createFakeRuntime } from '../app/testing/parts';
import type { HostMethods } from './protocol';
import { RuntimeError, type ProgramSession } from './runtime';
import { createSearchTeam, shared } from './search-team';

type SearchCall = HostMethods['search']['params'];

/** Sessions of a runtime that note what they are asked to search; some of them refuse to open. */
function watched(refused: readonly number[] = []) {
  const runtime = createFakeRuntime();
  const searches: SearchCall[] = [];
  let made = 0;
  const session = (): ProgramSession => {
    const number = made++;
    const inner = runtime.session();
    return {
      ...inner,
      call(method, params, options) {
        if (method === 'open' && refused.includes(number)) {
          return Promise.reject(new RuntimeError('StartError', 'no memory', ''));
        }
        if (method === 'search') searches.push(params as SearchCall);
        return inner.call(method, params, options);
      },
    };
  };
  return { runtime: { ...runtime, session }, searches, open: runtime.open };
}

async function team(size: number, refused?: readonly number[]) {
  const { runtime, searches, open } = watched(refused);
  const session = runtime.session();
  await session.call('open', { source: 'take-away 9' });
  return { made: createSearchTeam(runtime, session, 'take-away 9', size), searches, open };
}

const params: SearchCall = { actions: [], seed: 5, simulations: 100, milliseconds: 1000 };

describe('a team of workers', () => {
  it('shares the simulations out, each worker from a seed of its own, and adds them up', async () => {
    const { made, searches } = await team(3);
    const { statistics, workers } = await made.search(params, {});
    expect(searches.map(({ seed, simulations }) => [seed, simulations])).toEqual([
      [5, 34],
      [6, 33],
      [7, 33],
    ]);
    expect(workers).toBe(3);
    expect(statistics.simulations).toBe(100);
    expect(shared(2, 3)).toEqual([1, 1, 0]);
  });

  it('does without a worker that cannot start', async () => {
    const { made, searches } = await team(3, [1]);
    expect(await made.search(params, {})).toMatchObject({ workers: 2 });
    expect(searches.map(({ simulations }) => simulations)).toEqual([50, 50]);
  });

  it('of one asks nobody else, and ends the others when it is closed', async () => {
    const alone = await team(1);
    expect(await alone.made.search(params, {})).toMatchObject({ workers: 1 });
    const three = await team(3);
    expect(three.open()).toBe(1);
    await three.made.search(params, {});
    expect(three.open()).toBe(3);
    three.made.close();
    expect(three.open()).toBe(1);
  });

  it('stops at once', async () => {
    const { made } = await team(2);
    const ended = AbortSignal.abort();
    await expect(made.search(params, { signal: ended })).rejects.toThrow(/abort/i);
  });
});
