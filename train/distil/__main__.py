"""Command line of the `train` script: data, sft, export, evaluate, card."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields
from pathlib import Path

from distil.sft import Recipe

ROOT = Path(__file__).parents[2]
OUT = ROOT / "train" / "out"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="npm run train --", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    data = commands.add_parser("data", help="make training pairs")
    data.add_argument("--out", type=Path, default=OUT / "pairs.jsonl")
    data.add_argument("--count", type=int, default=Recipe.pairs)
    data.add_argument("--seed", type=int, default=0)
    data.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    sft = commands.add_parser("sft", help="fine-tune the base on the pairs (a GPU is all but needed)")
    sft.add_argument("--data", type=Path, default=OUT / "pairs.jsonl")
    sft.add_argument("--out", type=Path, default=OUT / "starter")
    sft.add_argument("--resume", type=Path, help="go on from this checkpoint")
    for field in fields(Recipe):
        sft.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    export = commands.add_parser("export", help="write a checkpoint as Q4_0 GGUF")
    export.add_argument("--checkpoint", type=Path, default=OUT / "starter" / "model")
    export.add_argument("--out", type=Path, default=ROOT / "models" / "starter")
    export.add_argument("--name", default="starter")
    evaluate = commands.add_parser("evaluate", help="count right games on held-out texts")
    evaluate.add_argument("--weights", type=Path, default=ROOT / "models" / "starter", help="exported files")
    evaluate.add_argument("--name", default="starter")
    evaluate.add_argument("--texts", default="heldout", help="folder of texts in datasets/families")
    evaluate.add_argument("--out", type=Path, default=OUT / "evaluation.json")
    evaluate.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    card = commands.add_parser("card", help="write the measured part of the model card")
    card.add_argument("--run", type=Path, default=ROOT / "train" / "runs" / "starter-1", help="folder of evaluations")
    return parser.parse_args()


def main() -> None:
    args = arguments()
    if args.command == "data":
        from distil import data

        data.run(args.out, args.count, args.seed, args.jobs)
    elif args.command == "sft":
        from distil import sft

        recipe = Recipe(**{field.name: getattr(args, field.name) for field in fields(Recipe)})
        sft.run(args.data, args.out, recipe, args.resume)
    elif args.command == "export":
        from distil import export
        from distil.base import base_gguf

        export.run(args.checkpoint, args.out, args.name, base_gguf())
    elif args.command == "card":
        from distil import card

        evaluations = {"held-out texts": "evaluation.json", "fresh texts": "evaluation-fresh.json"}
        paths = {name: args.run / file for name, file in evaluations.items()}
        card.run(ROOT / "models" / "starter" / "README.md", paths)
    else:
        import torch

        from distil import evaluate
        from distil.base import base_gguf
        from distil.load import load_gguf

        model, tokenizer = load_gguf(sorted(args.weights.glob(f"{args.name}-*.gguf")), base_gguf())
        model = model.to("cuda" if torch.cuda.is_available() else "cpu")
        evaluate.run(lambda texts: evaluate.greedy(model, tokenizer, texts), args.out, args.jobs, args.texts)


if __name__ == "__main__":
    main()
