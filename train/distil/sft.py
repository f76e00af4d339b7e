"""Supervised fine-tuning with TRL: rules in, program out, through Q4_0 rounding from the first step.

Order: pairs are read (or made), the base is loaded, its weights see Q4_0 in every forward pass, the loss counts only
the program's tokens, and the checkpoint holds the rounded weights: what is evaluated is what ships.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the outcome; kept beside the checkpoint."""

    pairs: int = 110_000  # how many training pairs
    batch: int = 128  # pairs a step
    learning_rate: float = 5e-4
    warmup: float = 0.03  # share of the steps
    weight_decay: float = 0.01
    max_length: int = 1024  # tokens; TRL cuts what is longer
    epochs: float = 1.0
    seed: int = 0


def run(data: Path, out: Path, recipe: Recipe, resume: Path | None = None) -> None:
    """Trains and writes `out/model` (Hugging Face form), `out/recipe.json` and `out/log.jsonl`."""
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    from distil.base import base_gguf
    from distil.load import load_gguf
    from distil.quantise import fix_q4, see_q4

    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    if resume is None:
        model, tokenizer = load_gguf([base_gguf()], base_gguf())
    else:
        model = AutoModelForCausalLM.from_pretrained(resume, dtype="float32")
        tokenizer = AutoTokenizer.from_pretrained(resume)
    tokenizer.pad_token = "<|endoftext|>"
    see_q4(model)
    with data.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][: recipe.pairs]
    dataset = Dataset.from_list([{"prompt": row["prompt"], "completion": row["completion"]} for row in rows])
    log = (out / "log.jsonl").open("w", encoding="utf-8")

    class Log(TrainerCallback):
        def on_log(self, args, state, control, logs=None, **rest):
            row = {"step": state.global_step, "time": round(time.time() - began, 1), **(logs or {})}
            log.write(json.dumps(row) + "\n")
            log.flush()

    config = SFTConfig(
        output_dir=str(out / "trainer"),
        per_device_train_batch_size=recipe.batch,
        learning_rate=recipe.learning_rate,
        warmup_steps=recipe.warmup,
        weight_decay=recipe.weight_decay,
        lr_scheduler_type="cosine",
        num_train_epochs=recipe.epochs,
        max_length=recipe.max_length,
        completion_only_loss=True,
        bf16=torch.cuda.is_available(),
        gradient_checkpointing=False,
        train_sampling_strategy="group_by_length",
        dataset_num_proc=os.cpu_count() or 1,
        dataloader_num_workers=4,
        logging_steps=20,
        save_strategy="no",
        report_to=[],
        seed=recipe.seed,
        eos_token="<|im_end|>",
    )
    began = time.time()
    trainer = SFTTrainer(
        model=model, args=config, train_dataset=dataset, processing_class=tokenizer, callbacks=[Log()]
    )
    trainer.train()
    log.close()
    fix_q4(model)
    model.tie_weights()
    model.save_pretrained(out / "model")
    tokenizer.save_pretrained(out / "model")
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=2) + "\n", encoding="utf-8")
    print(f"trained on {len(rows)} pairs in {time.time() - began:.0f} s; checkpoint in {out / 'model'}")
