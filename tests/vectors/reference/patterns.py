"""Patterns: checks that they match keys of a format and no similar strings."""

import json
import re


def keys_of(form):
    """Returns keys of a format, and similar strings that are not keys."""
    if form.foreign:
        keys = {
            "hex40": ["0123456789abcdef" * 2 + "01234567", "ABCDEF" * 6 + "0123"],
            "jwt": ["eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"],
            "vchatcloud": ["aB3dE6-gH9jK2-mN5pQ8-sT1vW4-20260102030405"],
        }[form.name]
        return keys, [key.replace(key[3], "!") for key in keys]
    entropies = (bytes(32), bytes(range(32)), b"\xff" * 32)
    keys, near = [], []
    for environment in form.environments or [None]:
        generated = [form.generate(environment, entropy) for entropy in entropies]
        keys += generated
        near += [key[:-1] + "!" for key in generated] + ["!" + key[1:] for key in generated]
        if form.prefix:
            near += [key.replace(form.prefix, form.prefix + "!", 1) for key in generated]
        near += [key + key[-1] for key in generated]  # all keys have the maximum length
    return keys, near


def matches_keys(form, pattern):
    keys, near = keys_of(form)
    return all(re.fullmatch(pattern, key, re.ASCII) for key in keys) and not any(
        re.fullmatch(pattern, text, re.ASCII) for text in near
    )


def read_rule(text):
    """Returns the members of a gitleaks rule, which is written in TOML. Python before 3.11 cannot
    read TOML, so all values except literal strings are read as JSON.
    """
    head, *lines = text.splitlines()
    assert head == "[[rules]]", head
    members = (line.split(" = ", 1) for line in lines)
    is_literal = re.compile(r"'''(.*)'''").fullmatch
    return {
        name: literal[1] if (literal := is_literal(value)) else json.loads(value)
        for name, value in members
    }


def finds_keys_by_rule(form, text):
    """Returns whether a gitleaks rule finds a key in a text, but not in a longer word."""
    rule = read_rule(text)
    regex = re.compile(rule["regex"], re.ASCII)

    def search(text):
        has_keyword = any(word in text.lower() for word in rule.get("keywords", [""]))
        return regex.search(text) if has_keyword else None

    return rule["id"] == form.name and finds(form, search, rule["secretGroup"])


def finds_keys_by_partner_pattern(form, text):
    """Returns whether a GitHub partner pattern finds a key in a text, but not in a longer word."""
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    pattern = "(?:{Before secret})({Secret format})(?:{After secret})".format_map(lines)
    regex = re.compile(pattern.replace(r"\z", r"\Z"), re.ASCII)  # Python's syntax
    return lines["Name"] == form.name and finds(form, regex.search, 1)


def finds(form, search, group):
    def found(text):
        match = search(text)
        return match[group] if match else None

    keys, _ = keys_of(form)
    alone = all(found(text) == key for key in keys for text in (key, f'"{key}"', f"a {key}, b"))
    joined = (text for key in keys for text in (f"{key}0", f"a{key}", f"{key}_"))
    return alone and not any(map(found, joined))
