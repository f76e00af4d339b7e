/** How many workers search one position at once. */

export interface Machine {
  /** Processor cores, as the browser says. */
  readonly cores: number;
  /** GiB of memory, as far as the browser says: a power of two, 8 at most. */
  readonly memory: number | null;
  readonly isPhone: boolean;
}

/** Gibibytes that a worker of a desktop, and of a phone, is given: a tab of a phone is ended when it takes too much. */
const [DESKTOP, PHONE] = [1, 2];
/** Taken for the memory where the browser does not say. */
const UNSAID = { desktop: 8, phone: 4 } as const;

/** All cores but one, which is the page's; at least one, and no more than the memory holds. */
export function searchWorkers({ cores, memory, isPhone }: Machine): number {
  const held = (memory ?? (isPhone ? UNSAID.phone : UNSAID.desktop)) / (isPhone ? PHONE : DESKTOP);
  return Math.max(1, Math.min(cores - 1, Math.floor(held)));
}

/** The machine under the page. */
export function thisMachine(): Machine {
  const { hardwareConcurrency, deviceMemory } = navigator as Navigator & { deviceMemory?: number };
  return {
    cores: hardwareConcurrency || 1,
    memory: deviceMemory ?? null,
    isPhone: matchMedia('(pointer: coarse) and (max-device-width: 1024px)').matches,
  };
}
