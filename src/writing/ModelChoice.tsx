import { useState } from 'react';
import type { Model, Offered } from '../app/service-types';
import { useFrom } from '../app/context';
import { ENGINE_WORDS, type EngineName } from '../engines/offer';
import { bytesInWords } from './format';

function optionText(model: Model, offered: Offered | undefined): string {
  const size = model.bytes === null ? '' : `, ${bytesInWords(model.bytes)}`;
  const verdict = offered?.verdict.kind;
  const note =
    verdict === 'cannot' ? ', cannot run here' : verdict === 'runs-slowly' ? ', slow here' : '';
  return `${model.title}${size}${note}`;
}

/** Which model writes: its size, whether it runs here, and what is kept of it. */
export function ModelChoice() {
  const models = useFrom('models', (state) => state.models);
  const offered = useFrom('models', (state) => state.offered);
  const selected = useFrom('models', (state) => state.selected);
  const select = useFrom('models', (state) => state.select);
  const model = models.find((one) => one.id === selected) ?? models[0];
  return (
    <div className="model">
      <label className="field">
        <span>Model</span>
        <select value={model?.id ?? ''} onChange={(event) => select(event.target.value)}>
          {models.map((one) => (
            <option key={one.id} value={one.id}>
              {optionText(one, offered[one.id])}
            </option>
          ))}
        </select>
      </label>
      {model !== undefined && offered[model.id]?.verdict.kind === 'cannot' && (
        <div className="model-verdict">
          <VerdictText offered={offered[model.id]} />
        </div>
      )}
      <details className="model-more">
        <summary>About this model</summary>
        {model !== undefined && <ModelDetails model={model} offered={offered[model.id]} />}
        <CustomAddress />
      </details>
    </div>
  );
}

function VerdictText({ offered }: { offered: Offered | undefined }) {
  if (offered === undefined)
    return <p className="quiet-text">Asking the browser what it can run…</p>;
  const { verdict } = offered;
  if (verdict.kind === 'runs') {
    return <p className="quiet-text">Runs in this browser. {verdict.note ?? ''}</p>;
  }
  return (
    <p className={verdict.kind === 'cannot' ? 'bad-text' : 'warn-text'}>
      {verdict.reason} {verdict.nextStep}
    </p>
  );
}

function ModelDetails({ model, offered }: { model: Model; offered: Offered | undefined }) {
  const remove = useFrom('models', (state) => state.remove);
  return (
    <div className="model-details">
      <p>{model.summary}</p>
      {offered?.verdict.kind !== 'cannot' && <VerdictText offered={offered} />}
      {offered !== undefined && offered.why !== null && (
        <EngineChoice engines={offered.engines} why={offered.why} />
      )}
      {offered?.cached === true && (
        <p className="kept">
          <span className="badge">Kept on this device</span>
          <button type="button" className="link" onClick={() => void remove(model.id)}>
            Delete the download
          </button>
        </p>
      )}
    </div>
  );
}

const ENGINE_NAMES: Record<EngineName, string> = { webllm: 'WebLLM', wllama: 'llama.cpp' };

/** Graphics processor or processor, for a model that has both; what a person chooses holds for every such model. */
function EngineChoice({ engines, why }: { engines: readonly EngineName[]; why: string }) {
  const preference = useFrom('models', (state) => state.preference);
  const prefer = useFrom('models', (state) => state.prefer);
  return (
    <div className="engine">
      <label className="field">
        <span>Runs on</span>
        <select
          value={preference}
          aria-describedby="engine-why"
          onChange={(event) => {
            const { value } = event.target;
            prefer(engines.find((engine) => engine === value) ?? 'automatic');
          }}
        >
          <option value="automatic">What suits this browser</option>
          {engines.map((engine) => (
            <option key={engine} value={engine}>
              {`The ${ENGINE_WORDS[engine]} (${ENGINE_NAMES[engine]})`}
            </option>
          ))}
        </select>
      </label>
      <p id="engine-why" className="quiet-text">
        {why}
      </p>
    </div>
  );
}

function CustomAddress() {
  const addCustom = useFrom('models', (state) => state.addCustom);
  const adding = useFrom('models', (state) => state.adding);
  const error = adding.kind === 'refused' ? adding.message : null;
  const [address, setAddress] = useState('');
  return (
    <form
      className="custom"
      onSubmit={(event) => {
        event.preventDefault();
        void addCustom(address);
      }}
    >
      <label className="field">
        <span>Custom address</span>
        <input
          type="text"
          inputMode="url"
          value={address}
          placeholder="https://…/catalogue.json"
          aria-describedby="custom-help"
          onChange={(event) => setAddress(event.target.value)}
        />
      </label>
      <button
        type="submit"
        className="button plain"
        disabled={address.trim() === '' || adding.kind === 'fetching'}
      >
        Use it
      </button>
      <p
        id="custom-help"
        role={error === null ? undefined : 'alert'}
        className={error === null ? 'quiet-text' : 'bad-text'}
      >
        {error ??
          'A catalogue.json or its folder; a GGUF file; or the folder of an MLC build, a space, and its compiled library.'}
      </p>
    </form>
  );
}
