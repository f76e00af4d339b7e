"""Right games on held-out texts: greedy answers compared in lock-step with the reference program.

A program is right when 50 random games, half of them driven by either program, show no difference
(`gamecwm.compare`). Programs run in processes of their own with a time limit.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from families import FAMILIES

from distil.heldout import Task, tasks
from distil.prompt import STOP, UNKNOWN, prompt_of

GAMES = 50
STEPS = 400
SECONDS = 60


@dataclass(frozen=True)
class Verdict:
    right: bool
    why: str


def _compare(answer: str, reference: str, pipe) -> None:
    """In a child process: whether two kit programs are the same game."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    from gamecwm.compare import Comparison
    from gamecwm.contract import load_game
    from gamecwm.inline import inline

    try:
        games = load_game(inline(reference)), load_game(inline(answer))
        comparison = Comparison(*games, games=GAMES, steps=STEPS, seed=0)
        while not comparison.run(1000):
            pass
        result = comparison.result()
        difference = result["difference"]
        pipe.send((result["equal"], difference["message"] if difference else ""))
    except Exception as error:
        pipe.send((False, f"{type(error).__name__}: {error}"))


def judge(task: Task, answer: str) -> Verdict:
    """Whether an answer is the game that the text describes."""
    if task.params is None:
        refused = answer.startswith(UNKNOWN.strip())
        return Verdict(refused, "" if refused else "took it for a game")
    reference = FAMILIES[task.family].program(task.params)
    if answer.strip() == reference.strip():
        return Verdict(True, "")
    context = multiprocessing.get_context("spawn")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_compare, args=(answer, reference, send))
    process.start()
    send.close()
    try:
        if receive.poll(SECONDS):
            right, why = receive.recv()
            return Verdict(right, why)
        return Verdict(False, "took too long")
    except EOFError:
        return Verdict(False, "its process ended")
    finally:
        process.kill()
        process.join()


def greedy(model, tokenizer, texts: list[str], max_tokens: int = 360, batch: int = 96) -> list[str]:
    """Greedy answers, cut at the stop string."""
    import torch

    tokenizer.padding_side = "left"
    tokenizer.pad_token = tokenizer.pad_token or "<|endoftext|>"
    answers: list[str] = []
    for start in range(0, len(texts), batch):
        prompts = [prompt_of(text) for text in texts[start : start + batch]]
        inputs = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False).to(model.device)
        with torch.no_grad():
            out = model.generate(
                **inputs,
                max_new_tokens=max_tokens,
                do_sample=False,
                eos_token_id=tokenizer.convert_tokens_to_ids(STOP),
                pad_token_id=tokenizer.pad_token_id,
            )
        for row in out[:, inputs["input_ids"].shape[1] :]:
            answers.append(tokenizer.decode(row, skip_special_tokens=False).split(STOP)[0].replace("<|endoftext|>", ""))
    return answers


def run(write: Callable[[list[str]], list[str]], out: Path, jobs: int, folder: str) -> dict:
    """Judges the answers that `write` gives to every held-out text; writes `out` (JSON) and returns the table."""
    began = time.time()
    todo = list(tasks(folder=folder))
    answers = write([task.text for task in todo])
    with ThreadPoolExecutor(jobs) as pool:
        verdicts = list(pool.map(judge, todo, answers))
    table: dict[str, dict[str, float]] = {}
    for name in [*FAMILIES, "unknown"]:
        rights = [verdict.right for task, verdict in zip(todo, verdicts, strict=True) if task.family == name]
        table[name] = {"texts": len(rights), "right": sum(rights), "share": round(sum(rights) / max(1, len(rights)), 3)}
    games = [verdict.right for task, verdict in zip(todo, verdicts, strict=True) if task.params is not None]
    table["all games"] = {"texts": len(games), "right": sum(games), "share": round(sum(games) / len(games), 3)}
    misses = [
        {"family": task.family, "text": task.text, "params": task.params, "answer": answer, "why": verdict.why}
        for task, answer, verdict in zip(todo, answers, verdicts, strict=True)
        if not verdict.right
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    record = {"table": table, "misses": misses}
    out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, row in table.items():
        print(f"{name:14} {row['right']:4}/{row['texts']:<4} {row['share']:.1%}")
    print(f"{time.time() - began:.0f} s; misses in {out}")
    return table
