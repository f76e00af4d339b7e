import { describe, expect, it } from 'vitest';
import type { Json } from '../runtime/protocol';
import { knobOf, nameInWords, parsed, typed } from './knobs';

const knob = (value: Json) => knobOf({ name: 'X', value, line: 1 });

describe('knobs', () => {
  it.each<[Json, string, string, Json]>([
    [3, '3', '5', 5],
    [true, 'true', 'false', false],
    ['straight', 'straight', 'both', 'both'],
    [[3, 4, 5], '3, 4, 5', '1, 2', [1, 2]],
    [['J', 'Q'], 'J, Q', 'J, 10', ['J', '10']],
    [{ rock: ['paper'] }, '{"rock":["paper"]}', '{"a":1}', { a: 1 }],
    [null, 'null', '7', 7],
  ])('shows %j and reads it back', (value, text, changed, result) => {
    expect(typed(knob(value))).toBe(text);
    expect(parsed(knob(value), text)).toEqual(value);
    expect(parsed(knob(value), changed)).toEqual(result);
  });

  it.each<[Json, string]>([
    [3, ''],
    [3, 'three'],
    [[3], '3, '],
    [[3], '3, x'],
    [{ a: 1 }, '{a'],
  ])('takes nothing that is no value of its kind', (value, text) => {
    expect(parsed(knob(value), text)).toBeUndefined();
  });

  it('says names as words', () => {
    expect(nameInWords('LAST_WINS')).toBe('Last wins');
  });
});
