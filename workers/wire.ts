/** Messages between the page, the sandbox frame and the worker in it. Types alone: what the worker says is checked by the page. */

/** The bytes a worker needs to start. */
export interface WorkerAssets {
  readonly stdlib: Uint8Array;
  /** The gamecwm package as JSON: path inside site-packages → source text. */
  readonly archive: string;
  /** Null: Python starts from the beginning. */
  readonly snapshot: Uint8Array | null;
}

/** Page → frame, once, with the control port transferred. */
export interface ConnectMessage {
  readonly kind: 'connect';
}

/** Page → frame, on the control port. */
export type FrameRequest =
  | {
      readonly kind: 'assets';
      readonly worker: string;
      readonly wasm: Uint8Array;
      readonly assets: WorkerAssets;
    }
  /** Starts a worker; the port of its conversation with the page is transferred. */
  | { readonly kind: 'spawn'; readonly id: number; readonly snapshot: boolean }
  | { readonly kind: 'terminate'; readonly id: number };

/** Frame → page, on the control port. */
export type FrameReply =
  | { readonly kind: 'connected' }
  | { readonly kind: 'prepared' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'died'; readonly id: number; readonly message: string };

/** Frame → worker, once. */
export interface StartMessage {
  readonly module: WebAssembly.Module;
  readonly assets: WorkerAssets;
  readonly port: MessagePort;
}

/** Page → worker, on the port of their conversation. */
export type WorkerRequest =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly params: string }
  | { readonly kind: 'cancel'; readonly id: number };
