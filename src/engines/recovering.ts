/** A lost graphics device is met once by loading the model again; a second loss is explained. */
import { EngineError, type Engine, type EngineState, type GenerateRequest } from './engine';

export interface Recovery {
  /** The model is being loaded again. */
  readonly onReload: (state: EngineState) => void;
  /** The answer begins again from its first token. */
  readonly onRestart: () => void;
}

export type RecoveringEngine = Pick<Engine, 'load' | 'generate'>;

function isLoss(error: unknown): error is EngineError {
  return error instanceof EngineError && error.code === 'device-lost';
}

/** The engine's `load` and `generate`, which between them outlive one lost device. */
export function recovering(engine: Engine, { onReload, onRestart }: Recovery): RecoveringEngine {
  let recovered = false;

  /** Passes on what is no first loss. */
  const allow = (error: unknown, signal: AbortSignal): void => {
    if (signal.aborted || !isLoss(error)) throw error;
    if (recovered) throw lostAgain(error);
    recovered = true;
  };

  return {
    async load(onProgress, signal) {
      try {
        await engine.load(onProgress, signal);
      } catch (error) {
        allow(error, signal);
        await engine.load(onProgress, signal).catch((again: unknown) => {
          throw isLoss(again) ? lostAgain(again) : again;
        });
      }
    },
    async generate(request: GenerateRequest, onToken, signal) {
      try {
        return await engine.generate(request, onToken, signal);
      } catch (error) {
        allow(error, signal);
      }
      try {
        await engine.load(onReload, signal);
        onRestart();
        return await engine.generate(request, onToken, signal);
      } catch (again) {
        throw isLoss(again) ? lostAgain(again) : again;
      }
    },
  };
}

function lostAgain(cause: EngineError): EngineError {
  return new EngineError(
    'device-lost',
    'The graphics processor stopped answering twice, most often because its memory ran out. The model was loaded again in between.',
    'Close other tabs and programs that use it, or choose a smaller model; a model that has both may run on the processor instead.',
    { cause },
  );
}
