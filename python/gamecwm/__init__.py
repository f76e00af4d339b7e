"""gamecwm: what a game program is, and how it is loaded, mended, checked, compared and searched.

The package needs the standard library alone and runs in CPython (>= 3.10) and in Pyodide.
"""
