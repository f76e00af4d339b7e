/** Programs for the runtime's tests: one that is harmless, and what wraps a hostile piece of code into a program. */

/** Whoever takes the last of five stones wins. */
export const GAME = `
STONES = 5

def get_initial_state():
    return {"stones": STONES, "player": 0}

def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("illegal action")
    return {"stones": state["stones"] - int(action[5:]), "player": 1 - state["player"]}

def get_current_player(state):
    return state["player"] if state["stones"] else -4

def get_player_name(player_id):
    return ["First", "Second"][player_id]

def get_rewards(state):
    if state["stones"]:
        return [0.0, 0.0]
    return [-1.0, 1.0] if state["player"] == 0 else [1.0, -1.0]

def get_legal_actions(state):
    return ["take " + str(n) for n in (1, 2) if n <= state["stones"]]

def get_observations(state):
    return [state, state]
`;

const indent = (code: string): string =>
  code
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

/** The harmless game, whose initial state runs `code` first; `code` may set `found`, which the whole state then shows. */
export const withCode = (code: string): string =>
  GAME.replace(
    'return {"stones": STONES, "player": 0}',
    `found = None\n${indent(code)}\n    return {"stones": STONES, "player": 0, "found": found}`,
  );

/** A game that goes well for three seconds from its opening and hangs in every function that is called later. */
export const HANGS_LATER = GAME.replace(
  'STONES = 5',
  'import time\nSTONES = 50\nSTART = time.monotonic()',
).replace('def get_legal_actions(state):', 'def get_legal_actions(state):\n    hang()').concat(`
def hang():
    while time.monotonic() > START + 3: pass
`);

/** The harmless game with so many stones that no search comes to its end. */
export const LONG_GAME = GAME.replace('STONES = 5', 'STONES = 500');
