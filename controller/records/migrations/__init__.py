"""How the tables came to their present shape, step by step. A released step is never edited; a new one is added."""
