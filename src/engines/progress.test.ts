import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgressMeter, throttled } from './progress';

function clock() {
  let time = 0;
  return { now: () => time, wait: (milliseconds: number) => (time += milliseconds) };
}

describe('ProgressMeter', () => {
  it('tells no time before the speed is known', () => {
    const { now, wait } = clock();
    const meter = new ProgressMeter(now);
    meter.expect(1000);
    expect(meter.snapshot()).toEqual({ loadedBytes: 0, totalBytes: 1000, secondsLeft: null });
    wait(100);
    meter.receive(10);
    expect(meter.snapshot().secondsLeft).toBeNull();
  });

  it('divides what is missing by the speed', () => {
    const { now, wait } = clock();
    const meter = new ProgressMeter(now);
    meter.expect(10_000);
    for (let step = 0; step < 4; step++) {
      wait(500);
      meter.receive(500);
    }
    // 2,000 bytes in 2 s; 8,000 are missing.
    expect(meter.snapshot()).toEqual({ loadedBytes: 2000, totalBytes: 10_000, secondsLeft: 8 });
  });

  it('counts kept bytes as loaded but not as speed', () => {
    const { now, wait } = clock();
    const meter = new ProgressMeter(now);
    meter.expect(10_000);
    meter.keep(6000);
    wait(1000);
    meter.receive(1000);
    expect(meter.snapshot()).toEqual({ loadedBytes: 7000, totalBytes: 10_000, secondsLeft: 3 });
  });

  it('follows a connection that becomes slower, and a stall', () => {
    const { now, wait } = clock();
    const meter = new ProgressMeter(now);
    meter.expect(1_000_000);
    for (let step = 0; step < 10; step++) {
      wait(1000);
      meter.receive(10_000);
    }
    for (let step = 0; step < 10; step++) {
      wait(1000);
      meter.receive(1000);
    }
    const before = meter.snapshot();
    expect(before.secondsLeft).toBeCloseTo((1_000_000 - 110_000) / 1000, 0);
    wait(4000);
    expect(meter.snapshot().secondsLeft ?? 0).toBeGreaterThan((before.secondsLeft ?? 0) * 1.4);
  });

  it('has nothing left at the end, also when more came than was announced', () => {
    const { now, wait } = clock();
    const meter = new ProgressMeter(now);
    meter.expect(10);
    wait(1000);
    meter.receive(25);
    expect(meter.snapshot()).toEqual({ loadedBytes: 25, totalBytes: 25, secondsLeft: 0 });
  });

  it('never shows more loaded than there is, nor a time that is no number', () => {
    const step = fc.record({
      wait: fc.nat(3000),
      receive: fc.nat(100_000),
      keep: fc.nat(1000),
      expect: fc.nat(50_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { now, wait } = clock();
        const meter = new ProgressMeter(now);
        for (const part of steps) {
          meter.expect(part.expect);
          wait(part.wait);
          meter.keep(part.keep);
          meter.receive(part.receive);
          const { loadedBytes, totalBytes, secondsLeft } = meter.snapshot();
          expect(loadedBytes).toBeLessThanOrEqual(totalBytes);
          if (secondsLeft !== null) {
            expect(Number.isFinite(secondsLeft)).toBe(true);
            expect(secondsLeft).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('throttled', () => {
  it('calls at most once in its time, and always on flush', () => {
    const { now, wait } = clock();
    let calls = 0;
    const { call, flush } = throttled(() => (calls += 1), 100, now);
    for (let step = 0; step < 10; step++) {
      call();
      wait(30);
    }
    expect(calls).toBe(3);
    flush();
    expect(calls).toBe(4);
  });
});
