"""Tiny random checkpoints with a tokenizer of their own, saved as transformers saves them."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

SIZES = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 320,
    "max_position_embeddings": 256,
}
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 500000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
KINDS = ("llama", "llama-untied", "llama3-rope", "qwen2", "qwen2-untied")


def build(kind: str):
    """A seeded model whose every parameter is random, norms and biases included."""
    torch.manual_seed(7)
    tied = not kind.endswith("untied")
    if kind.startswith("qwen2"):
        model = Qwen2ForCausalLM(Qwen2Config(**SIZES, tie_word_embeddings=tied, eos_token_id=2, bos_token_id=None))
    else:
        rope = {"rope_parameters": LLAMA3_ROPE} if kind == "llama3-rope" else {}
        config = LlamaConfig(**SIZES, tie_word_embeddings=tied, eos_token_id=2, bos_token_id=1, **rope)
        model = LlamaForCausalLM(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.1 + (1.0 if "norm" in name else 0.0))
    return model.eval()


def train_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE with single digits, as SmolLM2's."""
    tokenizer = Tokenizer(models.BPE())
    digits, level = pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, level])
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    options = {"special_tokens": special, "initial_alphabet": pre_tokenizers.ByteLevel.alphabet()}
    trainer = trainers.BpeTrainer(vocab_size=310, show_progress=False, **options)
    tokenizer.train_from_iterator(["Players take one or two stones; whoever takes the last stone wins."] * 8, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|im_start|>", eos_token="<|im_end|>")


def save(kind: str, folder: Path, dtype: torch.dtype = torch.bfloat16, split: str = "5GB") -> Path:
    """Writes the checkpoint and its tokenizer; returns the folder."""
    build(kind).to(dtype).save_pretrained(folder, max_shard_size=split)
    train_tokenizer().save_pretrained(folder)
    return folder


def logits(model, tokens: list[int]):
    """transformers' logits (T, vocabulary) of one sequence, as NumPy."""
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0].float().numpy()


def load(model, weights):
    """The model with these weights in float32; every parameter must be among them."""
    state = {name: torch.from_numpy(weights.read(name)) for name in weights.names()}
    missing, unexpected = model.float().load_state_dict(state, strict=False)
    assert not unexpected
    assert set(missing) <= {"lm_head.weight"}
    model.tie_weights()
    return model
