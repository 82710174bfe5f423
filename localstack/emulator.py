#!/usr/bin/env python3
"""Installs, starts and stops LocalStack for palisade's demonstration and tests.

The scripts `start`, `stop` and `with` beside this file are its front doors, and README.md explains them.

Every instance is one process group with a directory of its own, `.emulators/localstack/<port>/`.
All of the group's processes inherit a lock on the file `lock` in there.
So "is it running?" is "is the lock taken?", and a group is only ever ended while its lock is taken: its number cannot
have passed to a stranger.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "LocalStack needs Python 3.11 or later, and this is %s (%s).\n"
        "help: name a later one, for example PYTHON=python3.12" % (sys.version.split()[0], sys.executable)
    )

import argparse
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request

VERSION = "4.13.1"
HOST = "127.0.0.1"
HERE = pathlib.Path(__file__).resolve().parent
STATE = HERE.parent / ".emulators" / "localstack"
VENV_PYTHON = STATE / "venv" / "bin" / "python"

# An ordinary start takes 5 s; a machine that compiles at the same time needs much longer.
HEALTHY_WITHIN_S = 120
STOPPED_WITHIN_S = 10
# An instance that nobody stopped ends by itself.
LIFETIME_S = 2 * 60 * 60

# Loopback is never behind a proxy, whatever the environment says.
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def main():
    arguments = parse_arguments()
    if arguments.command == "install":
        install()
        print(VENV_PYTHON)
    elif arguments.command == "start":
        install()
        print(start(arguments.port, arguments.owner))
    elif arguments.command == "stop":
        for port in known_ports() if arguments.all else [arguments.port]:
            stop(port)
    elif arguments.command == "watch":
        watch(arguments.owner, arguments.lock)


def parse_arguments():
    default_port = int(os.environ.get("PALISADE_LOCALSTACK_PORT") or 4566)
    parser = argparse.ArgumentParser(prog="localstack", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="install LocalStack, unless it is, and print its Python")
    command = commands.add_parser("start", help="start it, unless it runs, and print its endpoint as the last line")
    command.add_argument("--port", type=int, default=default_port, help="0 picks a free one")
    command.add_argument("--owner", type=int, metavar="PID", help="end it when this process is gone")
    command = commands.add_parser("stop", help="stop it, if it runs")
    command.add_argument("--port", type=int, default=default_port)
    command.add_argument("--all", action="store_true", help="stop every one that was started from here")
    command = commands.add_parser("watch", help="what `start` leaves behind; not for people")
    command.add_argument("--owner", type=int)
    command.add_argument("--lock", type=int)
    return parser.parse_args()


def say(message):
    print(message, file=sys.stderr, flush=True)


@contextlib.contextmanager
def alone(name):
    """Keeps other runs of this script out while the block runs."""
    STATE.mkdir(parents=True, exist_ok=True)
    with open(STATE / name, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# Installing


def install():
    """Makes the virtual environment match the requirements; does nothing when it does already."""
    pins = HERE / ("requirements.txt" if sys.version_info < (3, 12) else "requirements-py313.txt")
    stamp = STATE / "venv" / "installed"
    wanted = "%s\n%s" % (sys.version, pins.read_text())
    with alone("install.lock"):
        if stamp.exists() and stamp.read_text() == wanted:
            return
        say("installing LocalStack %s into .emulators/ (once, about a minute)" % VERSION)
        shutil.rmtree(STATE / "venv", ignore_errors=True)
        # The pip at hand fills the environment: some systems ship `venv` without the pip that it would copy.
        run([sys.executable, "-m", "venv", "--without-pip", STATE / "venv"])
        pip = [sys.executable, "-m", "pip", "--python", VENV_PYTHON, "--disable-pip-version-check"]
        run(pip + ["install", "--quiet", "--no-input", "--requirement", pins])
        stamp.write_text(wanted)


def run(command):
    # stdout is the result of this script, so what pip says goes to stderr.
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        sys.exit("failed: %s" % " ".join(map(str, command)))


# Starting


def start(port, owner):
    """Starts an instance, unless one runs there, and returns its endpoint once EC2 answers."""
    with alone("start.lock"):
        port = port or free_port()
        endpoint = "http://%s:%d" % (HOST, port)
        if not is_alive(port):
            found = running_version(endpoint)
            if found == VERSION:
                say("LocalStack %s, started from elsewhere, answers on port %d" % (VERSION, port))
                return endpoint
            refuse_taken(port, found)
            forget_ended()
            launch(port, owner)
    try:
        await_health(port, endpoint)
        warm_up(endpoint)
    except BaseException:
        stop(port)
        raise
    return endpoint


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def refuse_taken(port, found):
    with socket.socket() as probe:
        # As the server does: a port whose last connections are still closing down can be bound.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            user = "LocalStack %s" % found if found else "another program"
            sys.exit(
                "port %d cannot be had, %s seems to use it: %s\n"
                "help: name another in PALISADE_LOCALSTACK_PORT, or 0 for any free one" % (port, user, error)
            )


def running_version(endpoint):
    """Returns the version of the LocalStack that answers there, or None."""
    with contextlib.suppress(OSError, ValueError):
        with NO_PROXY.open(endpoint + "/_localstack/health", timeout=5) as answer:
            return json.load(answer).get("version", "of an unknown version")
    return None


def forget_ended():
    """Removes what ended instances left, which is kept until now because of the logs."""
    for port in known_ports():
        if not is_alive(port):
            shutil.rmtree(STATE / str(port), ignore_errors=True)


def launch(port, owner):
    """Starts `watch` in a process group of its own, holding the instance's lock, its output in the log."""
    instance = STATE / str(port)
    for name in ("home", "tmp", "volume"):
        (instance / name).mkdir(parents=True, exist_ok=True)
    command = [VENV_PYTHON, __file__, "watch"] + (["--owner", str(owner)] if owner else [])
    with open(instance / "lock", "w") as lock, open(instance / "log", "w") as log:
        fcntl.flock(lock, fcntl.LOCK_EX)
        watcher = subprocess.Popen(
            command + ["--lock", str(lock.fileno())],
            cwd=instance,
            env=environment(port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock.fileno()],
            start_new_session=True,
        )
    (instance / "group").write_text("%d\n" % watcher.pid)


def environment(port):
    """Returns an environment that keeps LocalStack on loopback, in its own directory and off the network.

    The caller's own is left out: an AWS_PROFILE, for one, keeps LocalStack from starting.
    """
    instance = STATE / str(port)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        # Two that start at once from one home would read each other's half-written cache of plugins.
        "HOME": str(instance / "home"),
        # It empties $TMPDIR/localstack when it starts.
        "TMPDIR": str(instance / "tmp"),
        "LOCALSTACK_VOLUME_DIR": str(instance / "volume"),
        # Only this server honours the address in GATEWAY_LISTEN; the default one listens on every interface.
        "GATEWAY_SERVER": "hypercorn",
        "GATEWAY_LISTEN": "%s:%d" % (HOST, port),
        "LOCALSTACK_HOST": "%s:%d" % (HOST, port),
        # 0 turns its name server off, which would listen on port 53 of every interface.
        "DNS_ADDRESS": "0",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    }


def await_health(port, endpoint):
    deadline = time.monotonic() + HEALTHY_WITHIN_S
    while running_version(endpoint) is None:
        if not is_alive(port):
            sys.exit("LocalStack ended while it started; %s" % log_tail(port))
        if time.monotonic() > deadline:
            sys.exit("LocalStack was not up within %d s; %s" % (HEALTHY_WITHIN_S, log_tail(port)))
        time.sleep(0.1)


def warm_up(endpoint):
    """Loads EC2, which LocalStack puts off until the first request, so that no test pays for it."""
    body = urllib.parse.urlencode({"Action": "DescribeVpcs", "Version": "2016-11-15"}).encode()
    try:
        NO_PROXY.open(endpoint, data=body, timeout=HEALTHY_WITHIN_S).read()
    except OSError as error:
        sys.exit("LocalStack is up, but its EC2 does not answer: %s" % error)


def log_tail(port):
    path = STATE / str(port) / "log"
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return "\n".join(["the end of %s:" % path] + ["  " + line for line in lines[-30:]])


# Watching


def watch(owner, lock):
    """Runs LocalStack until it ends, its time is up, or its owner is gone."""
    localstack = subprocess.Popen([sys.executable, "-m", "localstack.runtime.main"], pass_fds=[lock])
    deadline = time.monotonic() + LIFETIME_S
    while localstack.poll() is None and time.monotonic() < deadline and (owner is None or exists(owner)):
        time.sleep(0.5)
    # Itself included, which has nothing left to do.
    os.killpg(os.getpgrp(), signal.SIGKILL)


def exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# Stopping


def stop(port):
    """Ends an instance that was started from here, with its children; does nothing when there is none."""
    if not is_alive(port):
        return
    group = int((STATE / str(port) / "group").read_text())
    with contextlib.suppress(ProcessLookupError):
        # Nothing in it is worth a farewell, and on SIGTERM LocalStack hangs more often than it ends.
        os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + STOPPED_WITHIN_S
    while is_alive(port):
        if time.monotonic() > deadline:
            sys.exit("LocalStack on port %d does not end; its process group is %d" % (port, group))
        time.sleep(0.05)


def is_alive(port):
    """Tells whether any process of the instance still holds its lock."""
    try:
        with open(STATE / str(port) / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


def known_ports():
    return sorted(int(path.parent.name) for path in STATE.glob("*/group"))


if __name__ == "__main__":
    main()
