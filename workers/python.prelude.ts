/**
 * Runs before Pyodide's own code. Pyodide refuses classic workers, which it knows by `importScripts`; nothing here may
 * load a script anyway.
 */
Object.defineProperty(globalThis, 'importScripts', { value: undefined });

export {};
