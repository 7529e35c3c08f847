"""The nouns that two or more wings use. Frozen dataclasses, standard library only, one file per noun.

Import them from their files (``from roadworthy.model.finding import Finding``): a name has one address.
"""
