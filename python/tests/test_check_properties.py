"""Properties: sets in another order are the same sets, packed values come back, changes are always found."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import TIC_TAC_TOE

from gamecwm.check.reorder import reordering
from gamecwm.contract import load_game
from gamecwm.playout import Node
from gamecwm.values import fingerprint, pack, unpack

# A busy machine is no failure.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

GAME = load_game(TIC_TAC_TOE)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
ELEMENTS = st.sets(st.integers(-9, 9) | st.text(max_size=3) | st.tuples(st.text(max_size=2), st.integers(0, 3)))


@given(first=ELEMENTS, second=ELEMENTS, salt=st.integers(0, 2**32))
def test_a_reordered_set_is_the_same_set(first, second, salt):
    _, names = reordering(salt)
    one, other = names["set"](first), names["set"](second)
    assert one == first and len(one) == len(first) and sorted(one, key=repr) == sorted(first, key=repr)
    for name in ("__or__", "__and__", "__sub__", "__xor__"):
        result = getattr(one, name)(other)
        assert result == getattr(first, name)(second)
        assert isinstance(result, names["set"])
    assert list(one) == list(names["set"](first)), "the order is a matter of the salt alone"
    frozen = names["frozenset"](first)
    assert hash(frozen) == hash(frozenset(first)) and {frozen: 1}[frozenset(first)] == 1
    assert isinstance(first, names["set"]) and not isinstance(list(first), names["set"])
    popped = {one.pop() for _ in range(len(first))}
    assert popped == first and not one


@given(numbers=st.sets(st.integers(-99, 99)), salt=st.integers(0, 99))
def test_sets_of_numbers_keep_their_order(numbers, salt):
    _, names = reordering(salt)
    assert list(names["set"](numbers)) == list(set(numbers))
    assert list(names["set"](numbers) | names["set"]({1, 2})) == list(set(numbers) | {1, 2})


@given(value=VALUES)
def test_packed_values_come_back(value):
    packed = pack(value)
    assert packed is not None
    again = unpack(packed)
    assert again == value and fingerprint(again) == fingerprint(value)


@given(value=st.dictionaries(st.text(max_size=4), VALUES, min_size=1, max_size=4), data=st.data())
@settings(max_examples=50)
def test_every_change_of_a_state_is_found_and_put_back(value, data):
    node = Node(GAME, {"board": [""] * 9, "turn": 0, "more": value}, origin="apply_action")
    assert not node.changed(node.state) and not node.faults
    before = fingerprint(node.state)
    key = data.draw(st.sampled_from(sorted(node.state["more"])))
    node.state["more"][key] = [node.state["more"][key]]
    assert node.changed(node.state)
    node.restore()
    assert fingerprint(node.state) == before and not node.changed(node.state)


@given(value=st.dictionaries(st.text(max_size=4), VALUES, max_size=5))
def test_fingerprints_do_not_depend_on_the_order_of_keys(value):
    turned = dict(reversed(list(value.items())))
    assert fingerprint(turned) == fingerprint(value)
