/** What a Python program may try to get out, through `js`, the interpreter's memory and the standard library. */

export interface Targets {
  /** The listening server's port on this machine. */
  readonly port: number;
  readonly page: string;
}

/** Code that follows a game: it makes the attempts while it is loaded and shows their outcomes in every later state. */
export const pythonAttempts = ({ port, page }: Targets): string => `
FOUND = {}
HTTP = "http://127.0.0.1:${port}/"
WS = "ws://127.0.0.1:${port}/"
PAGE = "${page}"

_plain_apply = apply_action

def apply_action(state, action):
    new = _plain_apply(state, action)
    new["found"] = dict(FOUND)
    return new

def _attempt(name, act):
    def told(outcome):
        FOUND[name] = (outcome + " ")[:200]
    try:
        value = act()
    except BaseException as error:
        return told("refused: " + type(error).__name__ + ": " + str(error)[:120])
    then = getattr(value, "then", None)
    if then is None:
        return told("reached: " + str(value)[:100])
    told("waiting")
    from pyodide.ffi import create_proxy
    # An empty answer is loadPackage's way of having loaded nothing.
    then(create_proxy(lambda value: told("reached: " + str(value)[:100] if str(value) else "refused: nothing")),
         create_proxy(lambda error: told("refused: " + str(error)[:120])))

def _hunt_globals():
    """The worker's global object: by import, or from whatever JavaScript object lies about."""
    import gc, sys
    for name in ("js", "pyodide_js"):
        try:
            module = __import__(name)
            if hasattr(module, "fetch"):
                return module
        except BaseException:
            pass
    seen = []
    try:
        # The import hook that was taken away is still in its module, with what it imported from.
        from _pyodide._importhook import jsfinder
        seen.extend(jsfinder.jsproxies.values())
        FOUND["pyodide_js"] = str(list(jsfinder.jsproxies))
    except BaseException:
        pass
    for holder in list(gc.get_objects()) + list(sys.modules.values()):
        if type(holder).__name__ == "JsProxy" or "JsProxy" in str(type(holder).__mro__):
            seen.append(holder)
    for proxy in seen:
        for path in (("globalThis",), ("constructor", "constructor"), ("_api", "config", "jsglobals"),
                     ("config", "jsglobals"), ("_module",), ("API", "config", "jsglobals")):
            try:
                found = proxy
                for step in path:
                    found = getattr(found, step)
                if hasattr(found, "fetch") or hasattr(found, "WebSocket"):
                    return found
                if path[0] == "constructor":
                    found = found("return globalThis")()
                    if hasattr(found, "fetch"):
                        return found
            except BaseException:
                pass
    return None

def _blob(js, text):
    from pyodide.ffi import to_js
    options = js.Object.fromEntries(to_js([["type", "text/javascript"]]))
    return js.URL.createObjectURL(js.Blob.new(to_js([text]), options))

def _xhr(js, synchronous):
    request = js.XMLHttpRequest.new()
    request.open("GET", HTTP + "xhr", not synchronous)
    request.send()
    return request.status if synchronous and request.status else _fail("no answer")

def _fail(why):
    raise RuntimeError(why)

def _socket_event(js, kind, address):
    from pyodide.ffi import create_proxy
    socket = getattr(js, kind).new(address)
    name = kind + " opened"
    FOUND[name] = "refused so far"
    socket.onopen = create_proxy(lambda event: FOUND.__setitem__(name, "reached: open"))
    _fail("connecting")

def _steal_port(js):
    """Wraps what the worker's next message passes through, to get hold of the page's port."""
    from pyodide.ffi import create_proxy
    js.Object.getOwnPropertyDescriptor(js.MessageEvent.prototype, "data")
    js.postMessage("from the sandbox")
    _fail("posted to the frame alone")

def _through_javascript(js):
    _attempt("fetch", lambda: js.fetch(HTTP + "fetch"))
    _attempt("fetch of the page", lambda: js.fetch(PAGE + "canary"))
    _attempt("XMLHttpRequest", lambda: _xhr(js, False))
    _attempt("XMLHttpRequest, synchronous", lambda: _xhr(js, True))
    _attempt("WebSocket", lambda: _socket_event(js, "WebSocket", WS))
    _attempt("EventSource", lambda: _socket_event(js, "EventSource", HTTP + "events"))
    _attempt("WebTransport", lambda: js.WebTransport.new("https://127.0.0.1:${port}/").ready)
    _attempt("sendBeacon", lambda: js.navigator.sendBeacon(HTTP + "beacon"))
    _attempt("importScripts", lambda: js.WorkerGlobalScope.prototype.importScripts.call(js, HTTP + "scripts"))
    _attempt("eval", lambda: js.eval("1 + 1"))
    _attempt("Function", lambda: js.Function.new("return 1")())
    _attempt("Function of a function", lambda: js.setTimeout.constructor("return 1")())
    _attempt("nested worker", lambda: js.Worker.new(HTTP + "worker") and _fail("made, loads nothing"))
    _attempt("shared worker", lambda: js.SharedWorker.new(HTTP + "shared") and _fail("made, loads nothing"))
    _attempt("indexedDB", lambda: js.indexedDB.open("secrets"))
    _attempt("caches", lambda: js.caches.open("secrets"))
    _attempt("localStorage", lambda: js.localStorage.getItem("secret"))
    _attempt("file system", lambda: js.navigator.storage.getDirectory())
    _attempt("BroadcastChannel", lambda: js.BroadcastChannel.new("page").postMessage("hello") or _fail("sent to nobody"))
    _attempt("parent", lambda: js.parent)
    _attempt("top", lambda: js.top)
    _attempt("document", lambda: js.document)
    _attempt("open", lambda: js.open(HTTP + "window"))
    _attempt("postMessage", lambda: _steal_port(js))
    _attempt("FontFace", lambda: js.FontFace.new("f", "url(" + HTTP + "font)").load())

def _through_python():
    import ctypes, os, socket, subprocess, urllib.request
    _attempt("urllib", lambda: urllib.request.urlopen(HTTP + "urllib", timeout=1).read())
    _attempt("socket", lambda: _talk(socket.create_connection(("127.0.0.1", ${port}), 1)))
    _attempt("subprocess", lambda: subprocess.run(["ls"]))
    _attempt("os.system", lambda: os.system("ls") == 0 or _fail("no shell"))
    _attempt("host file", lambda: open("/etc/passwd").read().index("root:x:0:0:root:/root"))
    _attempt("run_js", lambda: __import__("pyodide.code").code.run_js("fetch('" + HTTP + "run_js')"))
    _attempt("pyfetch", lambda: _drive(__import__("pyodide.http").http.pyfetch(HTTP + "pyfetch")))
    _attempt("open_url", lambda: __import__("pyodide.http").http.open_url(HTTP + "open_url"))
    _attempt("micropip", lambda: __import__("micropip").install("x"))
    _attempt("loadPackage", lambda: __import__("pyodide_js").loadPackage(HTTP + "package.whl"))

def _talk(connection):
    connection.sendall(b"GET /socket HTTP/1.0\\r\\n\\r\\n")
    return connection.recv(10)

def _drive(coroutine):
    import asyncio
    return asyncio.ensure_future(coroutine)

_js = _hunt_globals()
FOUND["js"] = "not found" if _js is None else "found"
_through_python()
if _js is not None:
    _through_javascript(_js)
`;

/** Attempts that may cost the interpreter its life: each is the whole of a program. */
export const fatalAttempts = ({ port }: Targets): Record<string, string> => {
  const http = `http://127.0.0.1:${port}/`;
  const library = 'import ctypes\nlibrary = ctypes.CDLL(None)';
  return {
    'Emscripten runs a script': `${library}\nlibrary.emscripten_run_script(b"fetch('${http}script')")`,
    'Emscripten fetches a file': `${library}\nlibrary.emscripten_wget(b"${http}wget", b"/tmp/x")`,
    'Emscripten fetches in the background': `${library}
library.emscripten_async_wget(b"${http}async", b"/tmp/x", 0, 0)`,
    'Emscripten opens a socket': `import socket
s = socket.socket()
s.setblocking(False)
s.connect_ex(("127.0.0.1", ${port}))`,
    'a library is loaded': 'import ctypes\nctypes.CDLL("/tmp/none.so")',
  };
};
