#!/usr/bin/env python3
"""Holds that each of our terms has one Korean word, in the programs and in docs/, and that each word has one meaning."""
import pathlib
import re
import sys

# The word that is ours, and those that would say the same.
TERMS = {
    "게이트": ["관문"],  # gate: as it is typed, in --hold GATE and `glassdock gates`
    "기록": ["녹화"],    # recording: it holds events; what is filmed is a film
}
OTHERS = {other: ours for ours, others in TERMS.items() for other in others}

# Words that stand for one thing alone: what the English beside them must not be about.
MEANINGS = {
    "멈": r"paus|freez|frozen|stopped|SIG",  # held at a gate; docker pause, and the picture's own pause, is 일시 정지
    "일시 정지": r"\b(held|holds?|gates?)\b",
}
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def pairs(text):
    """Each string with Korean in it, its line, and the English strings of its row that stand before it."""
    english, after_korean, at = "", False, 0
    for found in STRING.finditer(text):
        between, at = text[at:found.start()], found.end()
        is_korean = re.search("[가-힣]", found.group(1)) is not None
        if "}," in between or ";" in between or (after_korean and not is_korean):
            english = ""
        after_korean = is_korean
        if is_korean:
            yield text.count("\n", 0, found.start()) + 1, english, found.group(1)
        else:
            english += found.group(1)


# In lessons and scenarios: a text in English, and the same in Korean behind it.
YAML_PAIR = re.compile(r"\ben:(?P<en>(?:(?!\bko:).)*?)\bko:(?P<ko>.*?)(?=\}|\n *(?:- )?[a-z_]+:|\n\n|\Z)", re.S)


def yaml_pairs(text):
    """As pairs(), of a lesson."""
    for found in YAML_PAIR.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found["en"], found["ko"]


def faults(name, text):
    return [f"{name}:{number}: {other}, where {ours} is our word"
            for number, line in enumerate(text.splitlines(), 1)
            for other, ours in OTHERS.items() if other in line]


def meanings(name, text):
    return [f"{name}:{line}: {word} does not mean: {english}"
            for line, english, words in (yaml_pairs if name.endswith(".yaml") else pairs)(text)
            for word, never in MEANINGS.items() if word in words and re.search(never, english)]


def main(top):
    assert faults("x", "다음 관문") and not faults("x", "다음 게이트")
    assert meanings("x", '{Word::phase_paused, "paused", "멈춤"},') == ["x:1: 멈 does not mean: paused"]
    assert meanings("x", '{"Held before "\n "a gate", "게이트에서 "\n "일시 정지"},')
    assert not meanings("x", '{Word::held, "HELD", "멈춤"},\n{Word::phase_paused, "paused", "일시 정지"},')
    assert meanings("x.yaml", "say:\n  en: It is paused.\n  ko: >-\n    멈췄\n    어요.\nthen: 1\n")
    assert not meanings("x.yaml", "say: {en: Held., ko: 멈췄어요.}\nthen: {en: paused, ko: 일시 정지}\n")
    folders = ("app", "engine", "docs", "lessons", "scenarios")
    files = [file for folder in folders for file in sorted((top / folder).rglob("*"))
             if file.suffix in (".cpp", ".h", ".md", ".yaml")]
    found = [fault for file in files for find in (faults, meanings)
             for fault in find(file.relative_to(top).as_posix(), file.read_text())]
    print("\n".join(found) or "each term has one Korean word, and each word one meaning")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
