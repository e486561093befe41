#!/usr/bin/env python3
"""Holds that a room uses only rooms above it (docs/architecture.md), and that docs/architecture.md names every room."""
import pathlib
import re
import sys

ENGINE = ["base", "os", "trace", "http", "content", "registry", "hub", "snapshot", "plan", "runtime", "vm", "daemon", "api",
          "client", "glassdockd"]
APP = ["text", "terminal", "model", "player", "lessons", "scenarios", "scene", "render", "session", "live", "panels",
       "window", "headless", "studio"]
# Beyond "only rooms above": what a client's program and the program inside the containers' start may know.
ALLOWED = {
    "engine/client": {"engine/base", "engine/os", "engine/trace", "engine/http"},
    "app": {"engine/base", "engine/os", "engine/trace", "engine/http", "engine/client"},
    # Of the rest only what needs no heap and throws nothing.
    "engine/runtime/launcher": {"engine/base/detach_keys.h", "engine/base/stream_head.h", "engine/os/open_in.h",
                                "engine/os/record_lock.h", "engine/plan/plan.h",
                                "engine/trace/ring.h", "engine/runtime/cgroup_removal.h", "engine/runtime/messages.h",
                                "engine/runtime/protocol.h", "engine/runtime/launcher"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def room_of(path):
    parts = path.split("/")
    return "/".join(parts[:2])


def fault(path, included):
    """Why this include is not allowed, or None."""
    if not included.startswith(("engine/", "app/")):
        return f'include "{included}" is not written from the top of the tree'
    if path.startswith("engine/runtime/launcher/"):
        ok = any(included == a or included.startswith(a + "/") for a in ALLOWED["engine/runtime/launcher"])
        return None if ok else f"the launcher may not use {included}"
    room, other = room_of(path), room_of(included)
    if room == other:
        return None
    if path.startswith("app/"):
        if other in ALLOWED["app"]:
            return None
        if other.startswith("app/") and APP.index(other[4:]) < APP.index(room[4:]):
            return None
        return f"app/ may not use {other}"
    if other.startswith("app/"):
        return f"the engine may not use {other}"
    if room == "engine/client":
        return None if other in ALLOWED[room] else f"engine/client may not use {other}"
    order = {f"engine/{name}": i for i, name in enumerate(ENGINE)}
    if room not in order or other not in order:
        return f"no room {room if room not in order else other} in the list"
    return None if order[other] < order[room] else f"{room} may not use {other}, which stands below it"


def check_itself():
    """The rules must refuse what they are for."""
    assert fault("engine/base/error.cpp", "engine/os/files.h")
    assert fault("engine/client/engine.cpp", "engine/daemon/service.h")
    assert fault("app/headless/main.cpp", "engine/plan/plan.h")
    assert fault("engine/runtime/launcher/child.cpp", "engine/base/error.h")
    assert fault("engine/os/files.cpp", "files.h")
    assert not fault("engine/daemon/service.cpp", "engine/plan/compile.h")


def main(top):
    check_itself()
    faults = []
    for path in sorted(list(top.glob("engine/**/*.[ch]*")) + list(top.glob("app/**/*.[ch]*"))):
        if path.suffix not in (".h", ".cpp", ".c"):
            continue
        name = path.relative_to(top).as_posix()
        text = path.read_text()
        for match in INCLUDE.finditer(text):
            why = fault(name, match.group(1))
            if why:
                line = text[: match.start(1)].count("\n") + 1
                faults.append(f"{name}:{line}: {why}")
    described = (top / "docs/architecture.md").read_text()
    for parent, rooms in (("engine", ENGINE), ("app", APP)):
        for folder in sorted(p.name for p in (top / parent).iterdir() if p.is_dir()):
            if folder not in rooms:
                faults.append(f"{parent}/{folder}: no such room in the list")
            elif not re.search(rf"^\s+{folder}\s{{2,}}\S", described, re.M):
                faults.append(f"docs/architecture.md: does not say what {parent}/{folder} is for")
    print("\n".join(faults) or "every room uses only rooms above it")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
