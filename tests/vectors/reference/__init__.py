"""The independent reading of key.json; key_reference.py runs it."""
