"""What a person can do, one service a subject: chat, remember, write personas, export.

Services see ports, never adapters. What touches the store returns a Future of its result
(the work runs on the storage lane); what happens meanwhile is told through events.
"""
