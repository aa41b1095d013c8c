"""The reference implementation for key.json, which key_reference.py runs."""
