"""Boots Debian's cloud kernel in QEMU, with cgroup v2 and the built tests on its disk, and runs them there.

guest.py KERNEL_PACKAGE PRESET [PATTERN]      called by scripts/test-in-guest

Nothing is installed: the kernel is taken out of its package. Ends with 0 where every program of the guest did, and
no test was skipped for want of something.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
# What the kernel has as modules, in the order in which they can be loaded.
MODULES = ["virtio_ring", "virtio", "virtio_mmio", "virtio_blk", "overlay"]
# The tests' own programs, and what the plain commands of a plan call. BusyBox does the rest.
PROGRAMS = """awk bash busybox capsh cat chmod chown cp curl cut dirname echo env getfattr grep head hostname id ip ln ls
    lsns mkdir mknod mount mv nsenter newgidmap newuidmap prlimit ps readlink rm rmdir script sed setfattr setpriv sh sleep sort stat
    sysctl tail tar timeout touch true umount unshare findmnt""".split()
# libcurl is loaded by name when it is first needed, libgcc_s when a thread is cancelled.
LOADED_LATER = ["libcurl.so.4", "libgcc_s.so.1"]
DEFAULT_PATTERN = "^(kernel_|golden_)"
LEFT_OUT = "^golden_scenes"  # pictures need fonts, and look the same with every kernel
BOOTS = 5
BOOT_SECONDS = 40  # five are usual
# All of them take some fifteen minutes under emulation.
PATIENCE_SECONDS = 1800
DISK_MEGABYTES = 1024


def unpack_kernel(package: pathlib.Path, work: pathlib.Path) -> pathlib.Path:
    """The package's files; kept from run to run."""
    folder = work / package.stem
    if not folder.exists():
        subprocess.run(["dpkg-deb", "-x", package, folder.with_suffix(".part")], check=True)
        folder.with_suffix(".part").rename(folder)
    return folder


def libraries_of(file: pathlib.Path) -> set:
    """Whatever the dynamic linker would load, by the paths under which it looks for them."""
    said = subprocess.run(["ldd", file], capture_output=True, text=True).stdout
    return {pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", said)}


class Disk:
    """A folder that becomes the guest's root."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        for name in ["usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "proc", "sys", "dev", "run", "tmp", "root", "etc",
                     "mnt", "var/tmp", "guest/applets"]:
            (folder / name).mkdir(parents=True)
        for name in ["bin", "sbin", "lib", "lib64"]:
            (folder / name).symlink_to("usr/" + name)
        (folder / "tmp").chmod(0o1777)

    def add(self, source: pathlib.Path, target: pathlib.Path = None) -> None:
        place = self.folder / str(target or source).lstrip("/")
        if place.exists():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, place)  # follows symlinks: a library stands under the name by which it is asked for
        if os.access(source, os.X_OK) or ".so" in source.name:
            for library in libraries_of(source):
                self.add(library)

    def add_program(self, name: str) -> None:
        found = shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin")
        if found:
            self.add(pathlib.Path(found))

    def add_tree(self, source: pathlib.Path) -> None:
        shutil.copytree(source, self.folder / str(source).lstrip("/"), symlinks=True)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def make_image(self, image: pathlib.Path) -> None:
        image.unlink(missing_ok=True)
        subprocess.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", self.folder, image,
                        f"{DISK_MEGABYTES}M"], check=True, stdout=subprocess.DEVNULL)


def chosen_tests(build: pathlib.Path, pattern: str) -> dict:
    """Program -> the cases of it that ctest would run."""
    said = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1", "-R", pattern, "-E", LEFT_OUT],
                          capture_output=True, text=True, check=True).stdout
    chosen = {}
    for test in json.loads(said)["tests"]:
        program, *options = test.get("command", [""])
        for option in options:
            if option.startswith("--gtest_filter="):
                chosen.setdefault(program, []).append(option.split("=", 1)[1])
    return chosen


def make_disk(work: pathlib.Path, build: pathlib.Path, tests: dict) -> pathlib.Path:
    disk = Disk(work / "disk")
    for name in PROGRAMS:
        disk.add_program(name)
    for program in [*tests, build / "bin/glassdock", build / "bin/glassdockd"]:
        disk.add(pathlib.Path(program))
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    for name in LOADED_LATER:
        disk.add(pathlib.Path(re.search(rf"{re.escape(name)} \(libc6,x86-64\) => (\S+)", listed)[1]))
    disk.add_tree(build / "share")
    disk.add_tree(pathlib.Path("/usr/share/zoneinfo"))  # a tree of many files and links for the unpacking tests
    disk.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n")
    disk.write("etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n")
    for name in ["subuid", "subgid"]:
        disk.write(f"etc/{name}", "")
    disk.write("etc/hosts", "127.0.0.1 localhost\n")
    disk.write("etc/resolv.conf", "nameserver 192.0.2.1\n")
    disk.write("guest/tests", "".join(f"{program} {':'.join(cases)}\n" for program, cases in tests.items()))
    disk.add(HERE / "init", pathlib.Path("guest/init"))
    image = work / "disk.img"
    disk.make_image(image)
    return image


def make_initramfs(work: pathlib.Path, kernel: pathlib.Path) -> pathlib.Path:
    root = work / "initramfs"
    shutil.rmtree(root, ignore_errors=True)
    for name in ["bin", "dev", "proc", "disk", "modules"]:
        (root / name).mkdir(parents=True)
    shutil.copy2("/bin/busybox", root / "bin/busybox")
    shutil.copy2(HERE / "initramfs_init", root / "init")
    for name in MODULES:
        shutil.copy2(next(kernel.glob(f"lib/modules/**/{name}.ko")), root / "modules")
    (root / "modules/order").write_text("".join(f"{name}.ko\n" for name in MODULES))
    names = "\n".join(str(path.relative_to(root)) for path in root.rglob("*"))
    archive = work / "initramfs.cpio"
    with open(archive, "wb") as out:
        subprocess.run(["/bin/busybox", "cpio", "-o", "-H", "newc"], cwd=root, input=names.encode(), stdout=out,
                       stderr=subprocess.DEVNULL, check=True)
    return archive


def boot(kernel: pathlib.Path, initramfs: pathlib.Path, disk: pathlib.Path) -> list:
    """The guest's words, printed as they come. /dev/kvm is not tried: where it is itself emulated, a guest hangs.
    On a busy machine a kernel now and then fails to measure its clock, and never gets to init: it is booted again."""
    command = ["qemu-system-x86_64", "-M", "microvm,accel=tcg,x-option-roms=off,rtc=on", "-cpu", "max", "-m", "2048",
               "-smp", "2", "-nodefaults", "-no-user-config", "-nographic", "-serial", "stdio", "-no-reboot",
               "-kernel", next(kernel.glob("boot/vmlinuz-*")), "-initrd", initramfs,
               "-append", "console=ttyS0 reboot=t panic=-1 loglevel=1 cgroup_no_v1=all",
               "-drive", f"id=disk,file={disk},format=raw,if=none,cache=unsafe",
               "-device", "virtio-blk-device,drive=disk"]
    for _ in range(BOOTS):
        lines = []
        machine = subprocess.Popen(["timeout", "-k", "5", str(PATIENCE_SECONDS), *map(str, command)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        to_init = threading.Timer(BOOT_SECONDS, machine.terminate)
        to_init.start()
        for raw in machine.stdout:
            line = raw.decode(errors="replace").rstrip("\r\n")
            if line.startswith("guest: "):
                to_init.cancel()
            lines.append(line)
            print(line, flush=True)
        to_init.cancel()
        machine.wait()
        if any(line.startswith("guest: ") for line in lines):
            break
        print("scripts/test-in-guest: the kernel did not get to init; once more", file=sys.stderr, flush=True)
    return lines


def ends_of(lines: list) -> dict:
    """Program -> its exit status in the guest."""
    found = [re.fullmatch(r"guest: end (\S+) (\d+)", line) for line in lines]
    return {end[1]: int(end[2]) for end in found if end}


def unexpected_skips(lines: list) -> list:
    """Reasons of skipped tests: this guest lacks nothing, so only the long loops may be left out, and what is about
    cgroup v1 or about what an ordinary user cannot have anywhere."""
    fine = ["GLASSDOCK_LONG_TESTS", "v1 freezer", "v2 has one mount", "on v1 only",
            "an ordinary user's container may have no other user"]
    reasons = [lines[i + 1] for i in range(len(lines) - 1) if lines[i].endswith(": Skipped")]
    return [reason for reason in reasons if not any(words in reason for words in fine)]


def main() -> int:
    package, build = pathlib.Path(sys.argv[1]), TOP / "build" / sys.argv[2]
    pattern = sys.argv[3] if len(sys.argv) > 3 else DEFAULT_PATTERN
    tests = chosen_tests(build, pattern)
    if not tests:
        print(f"scripts/test-in-guest: no test is named like {pattern}", file=sys.stderr)
        return 2
    work = TOP / "build/guest"
    kernel = unpack_kernel(package, work)
    disk = make_disk(work, build, tests)
    begin = time.monotonic()
    lines = boot(kernel, make_initramfs(work, kernel), disk)
    seconds = time.monotonic() - begin
    ends, skips = ends_of(lines), unexpected_skips(lines)
    words = [f"{pathlib.Path(program).name} " + (f"exit {ends[program]}" if program in ends else "never ended")
             for program in tests]
    words += [f"skipped: {reason}" for reason in skips]
    print(f"scripts/test-in-guest: {', '.join(words)}; {seconds:.0f} s")
    return 0 if not skips and all(ends.get(program) == 0 for program in tests) else 1


if __name__ == "__main__":
    sys.exit(main())
