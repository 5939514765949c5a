"""What the services need from outside, as Protocols; adapters satisfy them by shape.

One module a port. Knows the domain and nothing else.
"""
