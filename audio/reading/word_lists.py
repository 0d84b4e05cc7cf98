"""Lists of words that rules look for, written as running text so that they can be read and edited as language."""


def listed(text: str) -> frozenset[str]:
    """The words of the text, as a set."""
    return frozenset(text.split())
