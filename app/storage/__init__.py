"""The truth on disk: SQLite with its tables, migrations and the three repositories.

Satisfies the Protocols of `app.ports.stores`. Knows no index, no engine and no service;
every foreign exception leaves here as one of `app.errors`.
"""
