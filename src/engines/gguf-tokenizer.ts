/** `tokenizer.json` (Hugging Face's tokenizers) from the vocabulary in a GGUF file, as `train/distil/tokenizer.py` has it. */
import { unreadable, type Gguf, type GgufValue } from './gguf';

const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

const BYTE_LEVEL = {
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: true,
} as const;

function list(fields: Gguf['fields'], name: string): readonly GgufValue[] {
  const found = fields.get(`tokenizer.ggml.${name}`);
  if (!Array.isArray(found)) throw unreadable(`its vocabulary has no ${name}`);
  return found as readonly GgufValue[];
}

/** Throws EngineError `corrupt` for a vocabulary that is not SmolLM2's kind: byte-level BPE, digits one by one. */
export function tokenizerJson(fields: Gguf['fields']): object {
  const split = fields.get('tokenizer.ggml.pre');
  if (fields.get('tokenizer.ggml.model') !== 'gpt2' || split !== 'smollm') {
    throw unreadable(`WebLLM is given only SmolLM2's kind of vocabulary, not ${String(split)}`);
  }
  const types = list(fields, 'token_type').map(Number);
  const tokens = list(fields, 'tokens').map((text, id) => ({ text: String(text), id }));
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  const added = tokens.filter(({ id }) => types[id] === CONTROL || types[id] === USER_DEFINED);
  const used = tokens.filter(({ id }) => types[id] !== UNUSED);
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added.map(({ text, id }) => ({
      id,
      content: text,
      ...plain,
      special: types[id] === CONTROL,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'Digits', individual_digits: true }, BYTE_LEVEL],
    },
    post_processor: null,
    decoder: BYTE_LEVEL,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(used.map(({ text, id }) => [text, id])),
      merges: list(fields, 'merges').map((merge) => String(merge).split(' ')),
    },
  };
}
