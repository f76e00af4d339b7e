/** A program's constants as inputs, and what is typed there as values. Pure. */
import type { Constant, Json } from '../runtime/protocol';

export type Knob =
  | { readonly kind: 'number'; readonly name: string; readonly value: number }
  | { readonly kind: 'switch'; readonly name: string; readonly value: boolean }
  | { readonly kind: 'text'; readonly name: string; readonly value: string }
  /** A list of plain values, typed as "3, 4, 5". */
  | { readonly kind: 'list'; readonly name: string; readonly value: readonly Json[] }
  /** Anything else, typed as JSON. */
  | { readonly kind: 'json'; readonly name: string; readonly value: Json };

export function knobOf({ name, value }: Constant): Knob {
  if (typeof value === 'number') return { kind: 'number', name, value };
  if (typeof value === 'boolean') return { kind: 'switch', name, value };
  if (typeof value === 'string') return { kind: 'text', name, value };
  if (Array.isArray(value) && value.every((one) => ['number', 'string'].includes(typeof one))) {
    return { kind: 'list', name, value };
  }
  return { kind: 'json', name, value };
}

/** What stands in the input. */
export function typed(knob: Knob): string {
  switch (knob.kind) {
    case 'list':
      return knob.value.map(String).join(', ');
    case 'json':
      return JSON.stringify(knob.value);
    case 'number':
    case 'switch':
    case 'text':
      return String(knob.value);
  }
}

/** The value that a typed text stands for; undefined when it stands for none. */
export function parsed(knob: Knob, text: string): Json | undefined {
  switch (knob.kind) {
    case 'number': {
      const value = Number(text);
      return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
    }
    case 'switch':
      return text === 'true';
    case 'text':
      return text;
    case 'list':
      return parsedList(knob.value, text);
    case 'json':
      try {
        return JSON.parse(text) as Json;
      } catch {
        return undefined;
      }
  }
}

/** Numbers stay numbers and words stay words, as the list had them. */
function parsedList(before: readonly Json[], text: string): Json | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === '')) return undefined;
  if (before.every((one) => typeof one === 'string')) return parts;
  const numbers = parts.map(Number);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** "LAST_WINS" as a person would say it. */
export function nameInWords(name: string): string {
  const plain = name.replace(/_/g, ' ').toLowerCase();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
