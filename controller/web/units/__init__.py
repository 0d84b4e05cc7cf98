"""The units (cụm loa): how each one is, by its own report, and how loud it is to be."""
