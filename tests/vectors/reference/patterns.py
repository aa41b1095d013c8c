"""Patterns: whether a regular expression takes a format's keys and no others."""

import json
import re


def keys_of(form):
    """Keys of a format, and texts that are near them and none."""
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
        made = [form.generate(environment, entropy) for entropy in entropies]
        keys += made
        near += [key[:-1] + "!" for key in made] + ["!" + key[1:] for key in made]
        near += [key.replace(form.prefix, form.prefix + "!", 1) for key in made]
        near += [key + key[-1] for key in made]  # all are made at their longest
    return keys, near


def pattern_holds(form, pattern):
    keys, near = keys_of(form)
    return all(re.fullmatch(pattern, key, re.ASCII) for key in keys) and not any(
        re.fullmatch(pattern, text, re.ASCII) for text in near
    )


def read_rule(text):
    """A rule's members. Python has a reader of TOML from 3.11 on only; but for
    the literal text, the values read alike in JSON."""
    head, *lines = text.splitlines()
    assert head == "[[rules]]", head
    members = (line.split(" = ", 1) for line in lines)
    is_literal = re.compile(r"'''(.*)'''").fullmatch
    return {
        name: literal[1] if (literal := is_literal(value)) else json.loads(value)
        for name, value in members
    }


def rule_holds(form, text):
    """A rule of gitleaks finds a key in a text, and no key in a longer word."""
    rule = read_rule(text)
    regex = re.compile(rule["regex"], re.ASCII)

    def search(text):
        has_keyword = any(word in text.lower() for word in rule["keywords"])
        return regex.search(text) if has_keyword else None

    return rule["id"] == form.name and finds(form, search, rule["secretGroup"])


def partner_pattern_holds(form, text):
    """GitHub's: the secret's format, between what is before and after it."""
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    pattern = "(?:{Before secret})({Secret format})(?:{After secret})".format_map(lines)
    regex = re.compile(pattern.replace(r"\z", r"\Z"), re.ASCII)  # as Python spells it
    return lines["Name"] == form.name and finds(form, regex.search, 1)


def finds(form, search, group):
    def found(text):
        match = search(text)
        return match[group] if match else None

    keys, _ = keys_of(form)
    alone = all(found(text) == key for key in keys for text in (key, f'"{key}"', f"a {key}, b"))
    joined = (text for key in keys for text in (f"{key}0", f"a{key}", f"{key}_"))
    return alone and not any(map(found, joined))
