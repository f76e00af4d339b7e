"""What transformers answers on the starter's weights: `reference.py OUT LENGTH... --tokens N`.

Writes OUT/answers.json with a prompt of each length in tokens, its token ids and the N greedy tokens after it, and
OUT/logits-LENGTH.f32 with the logits (N, vocabulary) that each of these was chosen from.
"""

import argparse
import json
from pathlib import Path

import torch
from distil.load import load_gguf

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "models" / "starter"


def prompt_of(tokenizer, text: str, length: int) -> tuple[str, list[int]]:
    """The beginning of a text that has so many tokens, also when it is read again."""
    for start in range(100):
        ids = tokenizer(text[start:])["input_ids"][:length]
        prompt = tokenizer.decode(ids, clean_up_tokenization_spaces=False)
        if tokenizer(prompt)["input_ids"] == ids and len(ids) == length:
            return prompt, ids
    raise ValueError(f"the text is no source of {length} tokens")


@torch.no_grad()
def greedy(model, ids: list[int], count: int) -> tuple[list[int], torch.Tensor]:
    """The next tokens and the logits (count, vocabulary) that each was chosen from."""
    tokens, rows, past, fed = [], [], None, torch.tensor([ids])
    for _ in range(count):
        answer = model(fed, past_key_values=past, use_cache=True, logits_to_keep=1)
        rows.append(answer.logits[0, -1].float())
        tokens.append(int(rows[-1].argmax()))
        past, fed = answer.past_key_values, torch.tensor([tokens[-1:]])
    return tokens, torch.stack(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("lengths", type=int, nargs="+")
    parser.add_argument("--tokens", type=int, default=4)
    args = parser.parse_args()
    files = sorted(STARTER.glob("*.gguf"))
    model, tokenizer = load_gguf(files, files[0])
    games = sorted((ROOT / "datasets" / "games").glob("[a-c]*/rules.md"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in games)
    answers = []
    for length in args.lengths:
        prompt, ids = prompt_of(tokenizer, text, length)
        tokens, logits = greedy(model, ids, args.tokens)
        logits.numpy().astype("<f4").tofile(args.out / f"logits-{length}.f32")
        answers.append({"length": length, "prompt": prompt, "ids": ids, "tokens": tokens})
    (args.out / "answers.json").write_text(json.dumps(answers), encoding="utf-8")


if __name__ == "__main__":
    main()
