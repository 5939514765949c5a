"""Every character card in and out: PNG, JSON, zip archives and the forms of other programs.

`read_card` and `write_card` are all that the rest of the application needs. Nothing here
touches a disk or a network: bytes in, values out, and a receipt that says what became of each
part. Knows no database and no window.
"""
