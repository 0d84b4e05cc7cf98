"""The villages and what is understood there ("Thôn bản và ngôn ngữ")."""
