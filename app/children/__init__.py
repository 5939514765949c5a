"""Child processes: JSON lines over pipes, the worker's loop and the supervisor.

Shared by the engine child and the index child; stands on the standard library alone and
knows no message of either. `protocol` is the wire, `worker_loop` the child's side,
`supervisor` the parent's.
"""
