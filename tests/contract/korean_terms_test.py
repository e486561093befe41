#!/usr/bin/env python3
"""Holds that each of our terms has one Korean word, in the programs and in docs/."""
import pathlib
import sys

# The word that is ours, and those that would say the same.
TERMS = {
    "게이트": ["관문"],  # gate: as it is typed, in --hold GATE and `glassdock gates`
    "기록": ["녹화"],    # recording: it holds events; what is filmed is a film
}
OTHERS = {other: ours for ours, others in TERMS.items() for other in others}


def faults(name, text):
    return [f"{name}:{number}: {other}, where {ours} is our word"
            for number, line in enumerate(text.splitlines(), 1)
            for other, ours in OTHERS.items() if other in line]


def main(top):
    assert faults("x", "다음 관문") and not faults("x", "다음 게이트")
    files = [file for folder in ("app", "engine", "docs") for file in sorted((top / folder).rglob("*"))
             if file.suffix in (".cpp", ".h", ".md")]
    found = [fault for file in files for fault in faults(file.relative_to(top).as_posix(), file.read_text())]
    print("\n".join(found) or "each term has one Korean word")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
