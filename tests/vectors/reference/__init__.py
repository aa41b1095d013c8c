"""The modules that the reference scripts in the parent folder import."""
