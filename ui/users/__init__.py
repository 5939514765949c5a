"""Who the user is in the stories: the list, one of them written, playing a character.

Screens over view-models; knows no service.
"""
