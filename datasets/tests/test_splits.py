"""The splits are those of the paper, and nothing of a held-out game is in anything that training reads."""

import json
import random
import re
from pathlib import Path

import pytest
from distil.data import is_training, pair
from families import FAMILIES
from tools.games import DATASETS, Folder, folders, splits

ROOT = DATASETS.parent
HELD_OUT = ("y", "gen_tic_tac_toe", "gen_chess", "converge", "gin_rummy", "quadranto", "hand_of_war")
PAIRS = 3000
#: How a text names a held-out game. "Y" is a letter of many texts: it is a game where it is called one, and the other
#: two generalised games are chess on 5x5 and four in a row on 6x6.
NAMES = {
    "y": r"\b(?:game of y|y,? (?:the|a) (?:connection |board )?game|play y\b|y is played)",
    "gen_tic_tac_toe": r"gen_tic|generali[sz]ed tic|\b(?:6|six)(?: ?x ?| by )(?:6|six)\b[^.]*\btic|m,n,k",
    "gen_chess": r"gen_chess|gardner(?:'s)? (?:mini ?)?chess|mini ?chess|chess on (?:a )?(?:5|five)(?: ?x ?| by )(?:5|five)|generali[sz]ed chess",
    "converge": r"\bconverge\b",
    "gin_rummy": r"\bgin[ _]rummy|\bgin\b|deadwood",
    "quadranto": r"quadranto",
    "hand_of_war": r"hand[ _]of[ _]war",
}


def names_of(name):
    """What finds the name, or the title, of a held-out game in a text."""
    title = json.loads((DATASETS / "games" / name / "meta.json").read_text(encoding="utf-8"))["title"]
    extra = "" if title.lower() in ("y", "converge") else "|" + re.escape(title)
    return re.compile(NAMES[name] + extra, re.IGNORECASE)


def training_files():
    """Every file of texts or programs that training reads."""
    families = DATASETS / "families"
    return [
        *sorted(families.glob("*.py")),
        *sorted((families / "wordings").glob("*.json")),
        families / "unknown" / "training.json",
        families / "words.txt",
    ]


@pytest.fixture(scope="module")
def pairs():
    rng = random.Random("splits")
    return [pair(rng) for _ in range(PAIRS)]


def held_out():
    return [folder for folder in folders() if folder.name in HELD_OUT]


def sentences(text):
    """The sentences of a text that are long enough to be nobody else's, their spaces made one."""
    plain = re.sub(r"[`*#-]+|\s+", " ", text)
    return {" ".join(part.split()) for part in re.split(r"(?<=[.!?:;])\s", plain) if len(part.split()) >= 8}


def test_there_are_23_games_to_train_on_and_the_seven_held_out():
    assert set(splits()) == {"train", "heldout"}
    assert splits()["heldout"] == list(HELD_OUT)
    assert len(set(splits()["train"])) == len(splits()["train"]) == 23
    assert not set(splits()["train"]) & set(HELD_OUT)


def test_the_folders_are_those_of_the_splits():
    assert {folder.name for folder in folders()} == {name for names in splits().values() for name in names}


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_meta_agrees(folder):
    assert folder.name in splits()[folder.meta["split"]]


@pytest.mark.parametrize("folder", held_out(), ids=lambda folder: folder.name)
def test_files_that_training_reads_say_nothing_of_a_held_out_game(folder):
    pattern, own = names_of(folder.name), sentences(folder.rules) | sentences(folder.rules_short)
    for path in training_files():
        text = path.read_text(encoding="utf-8")
        assert not (hit := pattern.search(text)), f"{path.name} names {folder.name}: {hit[0]!r}"
        flat = " ".join(text.split())
        assert not [sentence for sentence in own if sentence in flat], path.name


@pytest.mark.parametrize("folder", held_out(), ids=lambda folder: folder.name)
def test_training_pairs_say_nothing_of_a_held_out_game(folder, pairs):
    pattern = names_of(folder.name)
    own = sentences(folder.rules) | sentences(folder.rules_short)
    for one in pairs:
        assert not (hit := pattern.search(one["prompt"])), f"{hit[0]!r} in {one['prompt']}"
        assert not [sentence for sentence in own if sentence in one["prompt"]]
        assert one["completion"].split("<|im_end|>")[0].strip() not in (folder.program.strip(), folder.plain.strip())
        assert not pattern.search(one["completion"])


def test_the_names_are_found_where_they_stand():
    for folder in held_out():
        pattern = names_of(folder.name)
        assert pattern.search(f"{folder.name} {folder.meta['title']} {folder.rules} {folder.rules_short}"), folder.name


def test_four_in_a_row_on_six_by_six_is_never_trained_on():
    settings = FAMILIES["lines"].complete({"rows": 6, "cols": 6, "length": 4})
    assert not is_training("lines", settings)


def test_training_code_opens_no_game_folder():
    readers = [*(ROOT / "train").rglob("*.py"), *(DATASETS / "families").glob("*.py")]
    assert len(readers) > 10
    for path in readers:
        if ".venv" in path.parts or "tests" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""["']games["']|datasets/games|tools\.games|splits\.json""", text), path


def test_a_folder_that_is_not_whole_is_told(tmp_path: Path):
    (tmp_path / "rules.md").write_text("rules", encoding="utf-8")
    assert Folder(tmp_path).missing() == ["rules.short.md", "game.py", "scenarios.json", "meta.json"]
