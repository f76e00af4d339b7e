"""Command line of the `train` script: data, sft, export, bench-export, evaluate, card."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields
from pathlib import Path

from distil.entry import About
from distil.groups import ROUNDINGS
from distil.publish import TARGETS
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
    add_export(commands)
    bench = commands.add_parser("bench-export", help="export random weights of Qwen2.5-3B's size: time and memory")
    bench.add_argument("--to", nargs="+", default=list(TARGETS), choices=TARGETS, help="formats")
    bench.add_argument("--layers", type=int, default=36)
    bench.add_argument("--out", type=Path, help="folder with about 10 GB free; default: the system's")
    evaluate = commands.add_parser("evaluate", help="count right games on held-out texts")
    evaluate.add_argument("--weights", type=Path, default=ROOT / "models" / "starter", help="exported files")
    evaluate.add_argument("--name", default="starter")
    evaluate.add_argument("--texts", default="heldout", help="folder of texts in datasets/families")
    evaluate.add_argument("--out", type=Path, default=OUT / "evaluation.json")
    evaluate.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    card = commands.add_parser("card", help="write the measured part of the model card")
    card.add_argument("--run", type=Path, default=ROOT / "train" / "runs" / "starter-1", help="folder of evaluations")
    return parser.parse_args()


def add_export(commands) -> None:
    export = commands.add_parser("export", help="write a checkpoint in the formats of the page's engines")
    add = export.add_argument
    add("--checkpoint", type=Path, default=OUT / "starter" / "model", help="Hugging Face checkpoint, or folder of GGUF")
    add("--adapter", type=Path, help="LoRA adapter (peft) to merge into the checkpoint")
    add("--to", nargs="+", default=["starter"], choices=["starter", *TARGETS], help="starter: the GGUF that ships")
    add("--name", default="starter", help="name of the files, of their folder and of the catalogue entries")
    add("--out", type=Path, help="folder to write to (models/starter, or models/distilled with one folder a name)")
    add("--rounding", choices=ROUNDINGS, default="mlc", help="of MLC weights; q4_0: as training sees them")
    add("--no-compare", action="store_true", help="skip the comparison of logits")
    add("--title", help="in the catalogue")
    add("--description", default="A model of your own.")
    add("--licence", default="not stated")
    add("--licence-address", help="default: the model's folder")
    add("--writes", choices=["families", "any"], default=About.writes)
    add("--context", type=int, default=About.context, help="tokens")
    add("--answer", type=int, help="tokens of the longest answer; default: three eighths of the context")
    add("--template", default=About.template, help="raw prompt with {rules} and, where wanted, {system}")
    add("--stop", nargs="+", default=list(About.stop), help="texts that end an answer")
    add("--library", help="address of the compiled model library for WebLLM")


def run_export(args: argparse.Namespace) -> None:
    if args.to == ["starter"]:
        from distil import export
        from distil.base import base_gguf

        export.run(args.checkpoint, args.out or ROOT / "models" / "starter", args.name, base_gguf())
        return
    if "starter" in args.to:
        raise SystemExit("export: the starter is written alone: leave out the other formats, or run them after it")
    from distil import publish

    about = About(
        name=args.name,
        title=args.title or args.name,
        description=args.description,
        licence=args.licence,
        licence_address=args.licence_address,
        writes=args.writes,
        context=args.context,
        answer=args.answer,
        template=args.template,
        stop=tuple(args.stop),
        library=args.library,
    )
    try:
        source = publish.open_source(args.checkpoint, args.adapter)
        out = args.out or ROOT / "models" / "distilled"
        publish.run(source, about, args.to, out, args.rounding, not args.no_compare)
    except (ValueError, OSError) as error:
        raise SystemExit(f"export: {error}") from error


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
        run_export(args)
    elif args.command == "bench-export":
        from distil import bench_export

        bench_export.run(args.layers, args.out, args.to)
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
