"""The Python client (python3-docker) against an engine at DOCKER_HOST, call by call as its users make them.

Runs under unittest; docker_py_test.cpp starts the engine and runs this file.
"""
import contextlib
import threading
import time
import unittest

import docker
from docker.errors import APIError, ContainerError, ImageNotFound, NotFound

POLITE = ["sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done"]


def comes_true(condition, patience=10):
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Client(unittest.TestCase):
    def setUp(self):
        self.docker = docker.from_env()
        self.docker.images.pull("alpine", tag="latest")

    def tearDown(self):
        for container in self.docker.containers.list(all=True):
            container.remove(force=True)
        self.docker.close()

    @contextlib.contextmanager
    def or_refused(self, why):
        """What an ordinary user's engine may refuse, in one line that says why."""
        try:
            yield
        except APIError as refused:
            options = self.docker.info()["SecurityOptions"]
            self.assertTrue(any("rootless" in option for option in options), refused)
            self.assertIn(why, refused.explanation)
            self.assertNotIn("\n", refused.explanation.strip())

    def polite(self, **options):
        container = self.docker.containers.run("alpine", POLITE, detach=True, **options)
        self.assertTrue(comes_true(lambda: container.logs() == b"ready\n"))
        return container


class Containers(Client):
    def test_run_gives_the_output(self):
        self.assertEqual(self.docker.containers.run("alpine", "echo tea", remove=True), b"tea\n")
        self.assertEqual(self.docker.containers.list(all=True), [])

    def test_run_pulls_what_is_missing(self):
        self.docker.images.remove("alpine")
        self.assertEqual(self.docker.containers.run("alpine", "echo tea", remove=True), b"tea\n")

    def test_run_that_fails_says_how(self):
        with self.assertRaises(ContainerError) as caught:
            self.docker.containers.run("alpine", ["sh", "-c", "echo why >&2; exit 3"])
        self.assertEqual(caught.exception.exit_status, 3)
        self.assertIn(b"why", caught.exception.stderr)

    def test_options_reach_the_container(self):
        out = self.docker.containers.run(
            "alpine", ["sh", "-c", "echo $WORD $(hostname) $(pwd)"], remove=True,
            environment={"WORD": "tea"}, hostname="pot", working_dir="/tmp")
        self.assertEqual(out, b"tea pot /tmp\n")

    def test_run_as_another_user(self):
        with self.or_refused("one user id alone is mapped"):
            self.assertEqual(self.docker.containers.run("alpine", "id -u", remove=True, user="1000"), b"1000\n")

    def test_limits(self):
        read = ["sh", "-c", "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cat /sys/fs/cgroup/cpu.max"]
        with self.or_refused("NanoCPUs can not be set"):
            out = self.docker.containers.run("alpine", read, remove=True, nano_cpus=500_000_000)
            self.assertEqual(out.split()[0], b"50000")

    def test_life_from_create_to_remove(self):
        container = self.docker.containers.create("alpine", POLITE, name="life", labels={"of": "tea"})
        self.assertEqual(container.status, "created")
        container.start()
        self.assertTrue(comes_true(lambda: container.logs() == b"ready\n"))
        container.reload()
        self.assertEqual(container.status, "running")
        self.assertEqual(container.labels["of"], "tea")  # beside the image's own
        container.rename("other")
        self.assertEqual(self.docker.containers.get("other").id, container.id)
        container.restart()
        container.reload()
        self.assertEqual(container.status, "running")
        self.assertTrue(comes_true(lambda: container.logs() == b"ready\nready\n"))
        container.stop()
        self.assertEqual(container.wait()["StatusCode"], 7)
        container.remove()
        with self.assertRaises(NotFound):
            self.docker.containers.get("other")

    def test_kill_does_not_ask(self):
        container = self.polite()
        container.kill()
        self.assertEqual(container.wait()["StatusCode"], 137)

    def test_list_filters(self):
        running, ended = self.polite(name="running"), self.docker.containers.create("alpine", "true", name="made")
        names = lambda **options: [one.name for one in self.docker.containers.list(**options)]
        self.assertEqual(names(), ["running"])
        self.assertEqual(sorted(names(all=True)), ["made", "running"])
        self.assertEqual(names(filters={"status": "created"}), ["made"])
        self.assertEqual(names(all=True, filters={"name": "run"}), ["running"])
        self.assertEqual(names(all=True, filters={"since": running.name}), [ended.name])
        self.assertEqual(names(limit=1), ["made"])

    def test_logs_in_all_their_forms(self):
        container = self.docker.containers.run("alpine", ["sh", "-c", "echo out; echo err >&2; echo last"], detach=True)
        container.wait()
        self.assertEqual(sorted(container.logs().split()), [b"err", b"last", b"out"])
        self.assertEqual(container.logs(stderr=False), b"out\nlast\n")
        self.assertEqual(container.logs(stdout=False), b"err\n")
        self.assertEqual(container.logs(stderr=False, tail=1), b"last\n")
        self.assertRegex(container.logs(stderr=False, tail=1, timestamps=True), rb"^20\d\d-.*Z last\n$")
        self.assertEqual(b"".join(container.logs(stderr=False, stream=True, follow=True)), b"out\nlast\n")
        self.assertEqual(container.logs(since=int(time.time()) + 3600), b"")

    def test_attach_follows_the_output(self):
        container = self.docker.containers.create("alpine", ["sh", "-c", "echo one; sleep 0.2; echo two"])
        stream = container.attach(stream=True)
        container.start()
        self.assertEqual(b"".join(stream), b"one\ntwo\n")

    def test_attach_socket_takes_input(self):
        container = self.docker.containers.create("alpine", "cat", stdin_open=True, tty=True)
        socket = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
        container.start()
        socket._sock.sendall(b"tea\n\x04")
        seen = b""
        while piece := socket._sock.recv(100):
            seen += piece
        self.assertEqual(seen, b"tea\r\ntea\r\n")
        socket.close()
        self.assertEqual(container.wait()["StatusCode"], 0)

    def test_top_and_stats(self):
        container = self.polite()
        top = container.top()
        self.assertIn("PID", top["Titles"])
        self.assertTrue(any("trap" in " ".join(row) for row in top["Processes"]))
        with self.or_refused("cgroup"):
            stats = container.stats(stream=False)
            self.assertEqual(stats["id"], container.id)
            self.assertIn("memory_stats", stats)

    def test_pause(self):
        container = self.polite()
        with self.or_refused("cgroup"):
            container.pause()
            container.reload()
            self.assertEqual(container.status, "paused")
            container.unpause()
        container.reload()
        self.assertEqual(container.status, "running")

    def test_prune_leaves_what_runs(self):
        running, ended = self.polite(), self.docker.containers.create("alpine", "true")
        self.assertEqual(self.docker.containers.prune()["ContainersDeleted"], [ended.id])
        self.assertEqual([one.id for one in self.docker.containers.list(all=True)], [running.id])


class Execs(Client):
    def test_run_gives_code_and_output(self):
        result = self.polite().exec_run(["sh", "-c", "echo in; exit 3"])
        self.assertEqual((result.exit_code, result.output), (3, b"in\n"))

    def test_streams_are_told_apart(self):
        result = self.polite().exec_run(["sh", "-c", "echo out; echo err >&2"], demux=True)
        self.assertEqual(result.output, (b"out\n", b"err\n"))

    def test_options_reach_the_process(self):
        result = self.polite().exec_run(["sh", "-c", "echo $WORD $(pwd)"], environment=["WORD=tea"], workdir="/tmp")
        self.assertEqual(result.output, b"tea /tmp\n")

    def test_another_user(self):
        result = self.polite().exec_run("id -u", user="1000")
        if result.exit_code == 126:  # docker tells on the stream what could not be started
            self.assertIn(b"one user id alone is mapped", result.output)
        else:
            self.assertEqual(result.output, b"1000\n")

    def test_terminal(self):
        self.assertEqual(self.polite().exec_run("tty", tty=True).output, b"/dev/pts/0\r\n")

    def test_stream_and_inspection(self):
        container = self.polite()
        made = self.docker.api.exec_create(container.id, ["sh", "-c", "echo one; sleep 0.1; echo two; exit 4"])
        self.assertEqual(b"".join(self.docker.api.exec_start(made["Id"], stream=True)), b"one\ntwo\n")
        self.assertTrue(comes_true(lambda: not self.docker.api.exec_inspect(made["Id"])["Running"]))
        self.assertEqual(self.docker.api.exec_inspect(made["Id"])["ExitCode"], 4)

    def test_input(self):
        made = self.docker.api.exec_create(self.polite().id, ["sh", "-c", "read line; echo got $line"], stdin=True)
        socket = self.docker.api.exec_start(made["Id"], socket=True)
        socket._sock.sendall(b"tea\n")
        seen = b""
        while piece := socket._sock.recv(100):
            seen += piece
        self.assertEqual(seen[8:], b"got tea\n")  # behind the frame's head
        socket.close()


class Images(Client):
    def test_pull_list_and_get(self):
        image = self.docker.images.pull("busybox", tag="latest")
        self.assertIn("busybox:latest", image.tags)
        self.assertEqual(self.docker.images.get("busybox").id, image.id)
        self.assertIn(image.id, [one.id for one in self.docker.images.list()])
        self.assertEqual([one.id for one in self.docker.images.list(name="busybox")], [image.id])
        self.assertTrue(image.history())
        self.assertEqual(image.attrs["Os"], "linux")

    def test_progress_of_a_pull(self):
        self.docker.images.remove("alpine")
        lines = list(self.docker.api.pull("alpine", tag="latest", stream=True, decode=True))
        self.assertTrue(any("Pulling from" in line.get("status", "") for line in lines))
        self.assertIn("Status: Downloaded newer image for alpine:latest", [line.get("status") for line in lines])

    def test_tag_and_remove(self):
        image = self.docker.images.get("alpine")
        self.assertTrue(image.tag("mine", tag="1"))
        self.assertIn("mine:1", self.docker.images.get("alpine").tags)
        self.docker.images.remove("mine:1")
        with self.assertRaises(ImageNotFound):
            self.docker.images.get("mine:1")

    def test_one_in_use_is_kept(self):
        self.polite()
        with self.assertRaises(APIError) as caught:
            self.docker.images.remove("alpine")
        self.assertEqual(caught.exception.status_code, 409)

    def test_prune(self):
        self.assertIn("SpaceReclaimed", self.docker.images.prune())


class Engine(Client):
    def test_ping_version_info_df(self):
        self.assertTrue(self.docker.ping())
        self.assertEqual(self.docker.version()["ApiVersion"], "1.45")
        self.polite()
        self.assertEqual(self.docker.info()["ContainersRunning"], 1)
        self.assertEqual(len(self.docker.df()["Containers"]), 1)

    def test_events_as_they_come(self):
        seen = []
        stream = self.docker.events(decode=True, filters={"type": "container"})

        def read():
            for event in stream:
                seen.append(event["Action"])
                if event["Action"] == "destroy":
                    return

        reader = threading.Thread(target=read)
        reader.start()
        self.docker.containers.run("alpine", "true", remove=True)
        reader.join(10)
        self.assertFalse(reader.is_alive())
        stream.close()
        for action in ("create", "start", "die", "destroy"):
            self.assertIn(action, seen)

    def test_events_of_the_past(self):
        begin = time.time()
        container = self.docker.containers.run("alpine", "true", detach=True)
        container.wait()
        events = self.docker.events(since=int(begin), until=int(time.time()) + 1, decode=True)
        self.assertIn(container.id, [event.get("id") for event in events])

    def test_errors_are_the_clients_own(self):
        with self.assertRaises(NotFound):
            self.docker.containers.get("nobody")
        with self.assertRaises(ImageNotFound):
            self.docker.containers.create("no-such-image:1")
        container = self.docker.containers.create("alpine", "true")
        with self.assertRaises(APIError) as caught:
            container.kill()
        self.assertEqual(caught.exception.status_code, 409)
        self.assertIn("is not running", caught.exception.explanation)


if __name__ == "__main__":
    unittest.main()
