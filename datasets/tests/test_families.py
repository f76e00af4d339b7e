"""Families: programs are sound games, wordings follow the template language, held-out stays out of training."""

import json
import random
from pathlib import Path

import pytest
from distil.data import chunk
from distil.heldout import FAMILIES_DIR, fits, held_out_texts, known_games, tasks
from distil.prompt import UNKNOWN, prompt_of
from families import FAMILIES
from families.compose import REGISTERS, describe, wordings
from families.family import is_held_out
from families.simultaneous import as_mentioned
from families.template import SLOT, fill, number_word
from gamecwm.contract import CHANCE, OVER, load_game
from gamecwm.inline import inline

NAMES = list(FAMILIES)


def is_known(name, params):
    return json.dumps(params, sort_keys=True) in known_games(name)


def all_wordings(name):
    for key, registers in wordings(name)["clauses"].items():
        for register, texts in registers.items():
            for text in texts:
                yield key, register, text


@pytest.mark.parametrize("name", NAMES)
def test_programs_play_to_the_end(name):
    rng = random.Random(1)
    for _ in range(40):
        game = load_game(inline(FAMILIES[name].program(FAMILIES[name].sample(rng))))
        state = game.get_initial_state()
        for _ in range(30_000):
            player = game.get_current_player(state)
            legal = game.get_legal_actions(state)
            if player == OVER:
                break
            assert legal
            assert player == CHANCE or len(set(legal)) == len(legal)
            # Holding early ends a dice race; random play alone may take very long.
            action = "hold" if "hold" in legal and rng.random() < 0.5 else rng.choice(legal)
            state = game.apply_action(state, action)
        assert game.get_current_player(state) == OVER
        assert game.get_legal_actions(state) == []


def test_classic_parameters_give_the_classic_game():
    lines = FAMILIES["lines"]
    game = load_game(inline(lines.program(lines.complete({"rows": 6, "cols": 7, "length": 4, "gravity": True}))))
    state = game.get_initial_state()
    for action in "0011223":
        state = game.apply_action(state, action)
    assert game.get_rewards(state) == [1.0, -1.0]
    poker = FAMILIES["small_poker"]
    game = load_game(inline(poker.program(poker.complete({"ranks": ["J", "Q", "K"]}))))
    state = game.get_initial_state()
    for action in ["deal K", "deal J", "bet", "call"]:
        state = game.apply_action(state, action)
    assert game.get_rewards(state) == [2.0, -2.0]


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_has_forty_wordings_in_five_registers(name):
    rng = random.Random(0)
    needed = {key for _ in range(400) for fact in FAMILIES[name].facts(FAMILIES[name].sample(rng)) for key in fact.keys}
    count = dict.fromkeys(needed, 0)
    registers = {key: set() for key in needed}
    for key, register, _ in all_wordings(name):
        for part in key.split("+"):
            if part in count:
                count[part] += 1
                registers[part].add(register)
    assert {key: number for key, number in count.items() if number < 40} == {}
    assert {key: found for key, found in registers.items() if len(found) < 5} == {}


@pytest.mark.parametrize("name", NAMES)
def test_wordings_are_distinct_and_fill(name):
    family = FAMILIES[name]
    rng = random.Random(2)
    slots: dict[str, dict] = {}
    for _ in range(600):
        for fact in family.facts(family.sample(rng)):
            for key in fact.keys:
                slots.setdefault(key, fact.slots)
    seen = set()
    for key, register, text in all_wordings(name):
        assert register in REGISTERS
        assert (key, register, text) not in seen, text
        seen.add((key, register, text))
        if all(part in slots for part in key.split("+")):
            values = {**family.nouns(rng)}
            for part in key.split("+"):
                values |= slots[part]
            filled = fill(text, values, rng)
            assert filled.strip()
            assert not SLOT.search(filled), filled


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_whole(name):
    family = FAMILIES[name]
    rng = random.Random(3)
    for _ in range(150):
        params = family.sample(rng)
        text = describe(family, params, rng)
        assert text.strip()
        assert not SLOT.search(text), text


def test_the_same_seed_gives_the_same_pairs():
    assert chunk(5, 0, 60) == chunk(5, 0, 60)
    assert chunk(5, 0, 60) != chunk(6, 0, 60)


def test_held_out_texts_and_settings_stay_out_of_training():
    pairs = chunk(1, 0, 3000)
    prompts = {pair["prompt"] for pair in pairs}
    for task in tasks():
        assert prompt_of(task.text) not in prompts, task
    unknown = json.loads((FAMILIES_DIR / "unknown" / "training.json").read_text(encoding="utf-8"))
    assert not set(unknown) & {entry["text"] for entry in held_out_texts("unknown")}
    training = {pair["completion"] for pair in pairs}
    assert any(UNKNOWN in text for text in training)
    rng = random.Random(4)
    for name, family in FAMILIES.items():
        settings = [family.sample(rng) for _ in range(400)]
        kept = [family.program(params) for params in settings if is_held_out(params) and not is_known(name, params)]
        assert kept, name
        assert not any(program in completion for program in kept for completion in training)


def test_held_out_tasks_are_many_and_fit():
    found = tasks()
    games = [task for task in found if task.params is not None]
    assert len(games) >= 200
    assert len({task.text for task in found}) == len(found)
    for task in games:
        assert fits(task.family, task.params), task
        load_game(inline(FAMILIES[task.family].program(task.params)))


def test_held_out_wordings_were_not_taken_from_training():
    for name in NAMES:
        written = {text for _, _, text in all_wordings(name)}
        assert not [entry for entry in held_out_texts(name) if entry["text"] in written]


def test_choices_stand_in_the_order_of_first_mention():
    params = {"choices": ["a1", "b1"], "payoffs": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "rounds": 1}
    turned = as_mentioned("B1 or a1", params)
    assert turned == {"choices": ["b1", "a1"], "payoffs": [[[7, 8], [5, 6]], [[3, 4], [1, 2]]], "rounds": 1}
    assert as_mentioned("a1, b1", params) == params


def test_number_words():
    assert [number_word(n) for n in (0, 13, 21, 40, 100, 142, -3)] == [
        "zero", "thirteen", "twenty-one", "forty", "a hundred", "a hundred and forty-two", "minus three",
    ]  # fmt: skip


def test_readme_names_every_clause():
    text = (Path(__file__).parents[1] / "families" / "README.md").read_text(encoding="utf-8")
    rng = random.Random(0)
    for family in FAMILIES.values():
        for _ in range(100):
            for fact in family.facts(family.sample(rng)):
                assert all(f"`{key}`" in text for key in fact.keys)
