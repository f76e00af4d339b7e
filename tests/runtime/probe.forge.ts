/** Ways in which a worker may lie to the page, by name. */

const PROGRAM = {
  source: 'x = 1',
  plain: 'x = 1',
  mends: [],
  constants: [],
  players: 2,
  names: ['a', 'b'],
  information: 'perfect',
};

/** Arrays in arrays, deeper than any parser's stack. */
const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const done = (id: number, result: unknown): string =>
  JSON.stringify({ id, step: { state: 'done', result } });

/** What is sent in answer to `open`; the port is the one that the page listens to. */
const LIES: Record<string, (id: number, port: MessagePort) => void> = {
  'a huge text': (id, port) =>
    port.postMessage(done(id, { ...PROGRAM, source: 'x'.repeat(50_000_000) })),
  'no JSON': (_id, port) => port.postMessage('{"id": 1, "step"'),
  'an object': (id, port) => port.postMessage({ id, step: { state: 'done', result: PROGRAM } }),
  'a huge buffer': (_id, port) => port.postMessage(new Uint8Array(100_000_000)),
  'a channel': (id, port) => port.postMessage(done(id, PROGRAM), [new MessageChannel().port1]),
  'a result that lacks fields': (id, port) => port.postMessage(done(id, { source: 'x = 1' })),
  'a result of the wrong types': (id, port) =>
    port.postMessage(done(id, { ...PROGRAM, players: '2' })),
  'too long a list': (id, port) =>
    port.postMessage(done(id, { ...PROGRAM, names: new Array(65).fill('n') })),
  'a number that is none': (id, port) =>
    port.postMessage(
      done(id, { ...PROGRAM, players: 0 }).replace('"players":0', '"players":-1e999'),
    ),
  'deep nesting': (id, port) =>
    port.postMessage(
      done(id, { ...PROGRAM, constants: [{ name: 'N', value: 0, line: 1 }] }).replace(
        '"value":0',
        `"value":${nest(300_000)}`,
      ),
    ),
  'a state that is none': (id, port) =>
    port.postMessage(JSON.stringify({ id, step: { state: 'finished', result: PROGRAM } })),
  'progress of a method that has none': (id, port) =>
    port.postMessage(JSON.stringify({ id, step: { state: 'running', progress: { done: 1 } } })),
  'a cancellation': (id, port) => port.postMessage(JSON.stringify({ id, cancelled: true })),
  'a flood': (id, port) => {
    const running = JSON.stringify({ id, step: { state: 'running', progress: null } });
    for (let count = 0; count < 20_000; count++) port.postMessage(running);
  },
  'a flood of unknown numbers': (id, port) => {
    for (let count = 0; count < 20_000; count++) port.postMessage(done(id + 1000 + count, PROGRAM));
  },
  'a second answer': (id, port) => {
    port.postMessage(done(id, PROGRAM));
    port.postMessage(done(id, { ...PROGRAM, players: 63 }));
  },
  'an unknown number first': (id, port) => {
    port.postMessage(done(id + 1000, { ...PROGRAM, players: 63 }));
    port.postMessage(done(id, PROGRAM));
  },
  'a prototype': (id, port) =>
    port.postMessage(
      done(id, PROGRAM).replace('"players"', '"__proto__":{"polluted":true},"players"'),
    ),
  silence: () => undefined,
  'endless signs of life': (id, port) => {
    const running = JSON.stringify({ id, step: { state: 'running', progress: null } });
    setInterval(() => port.postMessage(running), 100);
  },
  'a closed worker': () => self.close(),
  'an uncaught error': () => {
    setTimeout(() => {
      throw new Error('on purpose');
    });
  },
};

/** Answers the call `id` with a lie. */
export function forge(name: string, id: number, port: MessagePort): void {
  LIES[name]?.(id, port);
}
