"""The same seed gives the same, also for a program that draws from `random`, and the caller's numbers stay theirs."""

import json
import random

import pytest
from programs import TIC_TAC_TOE, broken

from gamecwm.check import Check
from gamecwm.compare import Comparison
from gamecwm.contract import load_game
from gamecwm.host import Host
from gamecwm.infer.job import Inference
from gamecwm.own_random import OwnRandom
from gamecwm.search import Search
from gamecwm.table import Table

#: A die that is thrown while an action is applied, in place of a chance node; a win is worth what it shows.
DRAWS = broken(
    TIC_TAC_TOE,
    ("LINES = ", "import random\n\nLINES = "),
    ('"turn": 1 - state["turn"]}', '"turn": 1 - state["turn"], "die": random.randint(1, 6)}'),
    ("return [1.0, -1.0]", 'return [float(state["die"]), -1.0]'),
)


def checked(seed):
    return Check(DRAWS, seed=seed, milliseconds=1e9, games=20)


def compared(seed):
    return Comparison(load_game(DRAWS), load_game(DRAWS), games=3, steps=100, seed=seed, nodes=50)


def searched(seed):
    return Search(load_game(DRAWS), ["0", "4"], simulations=120, milliseconds=1e9, seed=seed)


def inferred(seed):
    game = load_game(DRAWS)
    return Inference(game, seed=seed, nodes=500, worlds=2, exact=False, player=None, history=None)


JOBS = {"check": checked, "compare": compared, "search": searched, "infer": inferred}


def outcome(job, step):
    """The result of a job done in steps of so many milliseconds, but for its times; an error is one too."""
    try:
        while not job.run(step):
            pass
    except Exception as error:
        return str(error)
    return {key: value for key, value in job.result().items() if key != "milliseconds"}


@pytest.mark.parametrize("name", JOBS)
def test_the_same_seed_gives_the_same_whatever_was_drawn_before(name):
    found = []
    for before, step in ((1, 1e6), (2, 1e6), (3, 0.5)):
        random.seed(before)
        numbers = random.Random(before)
        found.append(outcome(JOBS[name](7), step))
        assert random.random() == numbers.random(), "the caller's numbers go on where they were"
    assert found[0] == found[1] == found[2]


def test_the_program_does_draw():
    assert outcome(checked(7), 1e6)["score"] < 1
    assert any(finding.check == "determinism" and finding.passed is False for finding in _findings())


def _findings():
    job = checked(7)
    while not job.run(1e6):
        pass
    return job.findings()


def test_another_seed_draws_other_numbers_and_a_job_goes_on_where_it_left_off():
    one, other = OwnRandom("1"), OwnRandom("2")
    drawn = {"one": [], "other": []}
    for _ in range(3):
        for name, own in (("one", one), ("other", other)):
            with own:
                drawn[name].append(random.random())
    again = random.Random("1")
    assert drawn["one"] == [again.random() for _ in range(3)]
    assert drawn["one"] != drawn["other"]


def test_the_callers_numbers_are_put_back_after_an_error():
    random.seed(5)
    expected = random.Random(5).random()
    with pytest.raises(ValueError, match="broken"), OwnRandom("x"):
        random.random()
        raise ValueError("broken")
    assert random.random() == expected


#: A game of one round: a card is dealt where it must not be, and who names it wins.
DEALS = """
import json
import random


def get_initial_state():
    return {"card": random.randint(0, 99), "named": [], "luck": 0}


def get_current_player(state):
    return -4 if len(state["named"]) == 2 else len(state["named"])


def get_player_name(player_id):
    return ["first", "second"][player_id]


def get_legal_actions(state):
    return [] if len(state["named"]) == 2 else [str(state["card"]), "pass"]


def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("illegal action")
    return {"card": state["card"], "named": [*state["named"], action], "luck": random.randint(0, 10**9)}


def get_rewards(state):
    return [float(name == str(state["card"])) for name in [*state["named"], "", ""][:2]]


def get_observations(state):
    return [dict(state), dict(state)]
"""


def test_a_match_is_the_same_match_at_every_table_and_in_the_search():
    views = []
    for before in (1, 2):
        random.seed(before)
        table = Table(load_game(DEALS))
        table.position(["pass", "pass"], None)
        views.append([table.position(actions, None)["view"] for actions in ([], ["pass"], ["pass", "pass"])])
        card = str(views[-1][0]["card"])
        assert table.position([card], None)["view"]["named"] == [card]
        job = Search(load_game(DEALS), ["pass"], simulations=50, milliseconds=1e9, seed=before)
        assert outcome(job, 1e6)["best"] == card, "the search plays with the card that lies on the table"
        assert random.random() == random.Random(before).random()
    assert views[0] == views[1]


def test_a_program_that_draws_while_it_is_loaded_is_the_same_one_in_every_worker():
    source = DEALS.replace("import random\n", "import random\n\nCARD = random.randint(0, 99)\n").replace(
        '"card": random.randint(0, 99)', '"card": CARD'
    )
    cards = []
    for before in (1, 2):
        random.seed(before)
        host = Host()
        opened = json.loads(host.step(host.begin("open", json.dumps({"source": source})), 1e6))
        assert opened["state"] == "done", opened
        asked = json.dumps({"actions": [], "seat": None})
        cards.append(json.loads(host.step(host.begin("position", asked), 1e6))["result"]["view"]["card"])
    assert cards[0] == cards[1]
