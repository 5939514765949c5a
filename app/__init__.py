"""Dramatis without its window: domain, ports, services and the adapters behind them.

Never imports Qt. `app.context` builds and owns everything; `app.__main__` is the same
program from a terminal.
"""
