"""The words that people read, apart from the code that uses them."""

from words.catalogue import LANGUAGES, UnknownWord, Value, knows, say, say_code

__all__ = ["LANGUAGES", "UnknownWord", "Value", "knows", "say", "say_code"]
