#!/usr/bin/env python3
"""Installs, starts and stops LocalStack and moto for palisade's demonstration and tests.

The scripts `start`, `stop` and `with` beside this file are its front doors, and README.md explains them.

LocalStack is most of AWS, and moto the rest of it: SageMaker, EFS and the tagging API, which LocalStack has not.
Every instance is one of each in one process group with a directory of its own, `.emulators/localstack/<port>/`.
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
import typing
import urllib.parse
import urllib.request

HOST = "127.0.0.1"
HERE = pathlib.Path(__file__).resolve().parent


class Program(typing.NamedTuple):
    """A program that is installed into a virtual environment of its own: the two need other versions of packages."""

    name: str
    version: str
    directory: pathlib.Path
    pins: pathlib.Path

    def python(self):
        return self.directory / "venv" / "bin" / "python"


LOCALSTACK = Program(
    "LocalStack",
    "4.13.1",
    HERE.parent / ".emulators" / "localstack",
    HERE / ("requirements.txt" if sys.version_info < (3, 12) else "requirements-py313.txt"),
)
MOTO = Program("moto", "5.2.5", HERE.parent / ".emulators" / "moto", HERE / "requirements-moto.txt")
STATE = LOCALSTACK.directory

# What LocalStack does not have, by the names in which an AWS client looks for their endpoints.
OF_MOTO = [
    "AWS_ENDPOINT_URL_SAGEMAKER",
    "AWS_ENDPOINT_URL_EFS",
    "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API",
]

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
        install_all()
        print(LOCALSTACK.python())
    elif arguments.command == "start":
        install_all()
        for name, endpoint in start(arguments.port, arguments.owner).items():
            print("export %s=%s" % (name, endpoint))
    elif arguments.command == "stop":
        for port in known_ports() if arguments.all else [arguments.port]:
            stop(port)
    elif arguments.command == "watch":
        watch(arguments.owner, arguments.lock, arguments.moto)


def parse_arguments():
    default_port = int(os.environ.get("PALISADE_LOCALSTACK_PORT") or 4566)
    parser = argparse.ArgumentParser(prog="localstack", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="install both, unless they are, and print LocalStack's Python")
    command = commands.add_parser("start", help="start both, unless they run, and print what a shell is to export")
    command.add_argument("--port", type=int, default=default_port, help="LocalStack's; 0 picks a free one")
    command.add_argument("--owner", type=int, metavar="PID", help="end them when this process is gone")
    command = commands.add_parser("stop", help="stop them, if they run")
    command.add_argument("--port", type=int, default=default_port)
    command.add_argument("--all", action="store_true", help="stop all that were started from here")
    command = commands.add_parser("watch", help="what `start` leaves behind; not for people")
    command.add_argument("--owner", type=int)
    command.add_argument("--lock", type=int)
    command.add_argument("--moto", type=int, metavar="PORT")
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


def install_all():
    with alone("install.lock"):
        install(LOCALSTACK)
        install(MOTO)


def install(program):
    """Makes the virtual environment match the requirements; does nothing when it does already."""
    venv = program.directory / "venv"
    stamp = venv / "installed"
    wanted = "%s\n%s" % (sys.version, program.pins.read_text())
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("installing %s %s into .emulators/ (once, about a minute)" % (program.name, program.version))
    shutil.rmtree(venv, ignore_errors=True)
    # The pip at hand fills the environment: some systems ship `venv` without the pip that it would copy.
    run([sys.executable, "-m", "venv", "--without-pip", venv])
    pip = [sys.executable, "-m", "pip", "--python", program.python(), "--disable-pip-version-check"]
    run(pip + ["install", "--quiet", "--no-input", "--requirement", program.pins])
    stamp.write_text(wanted)


def run(command):
    # stdout is the result of this script, so what pip says goes to stderr.
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        sys.exit("failed: %s" % " ".join(map(str, command)))


# Starting


def start(port, owner):
    """Starts an instance, unless one runs there, and returns its endpoints by variable once they answer."""
    with alone("start.lock"):
        free = free_ports(2)
        port = port or free[0]
        endpoint = "http://%s:%d" % (HOST, port)
        if not is_alive(port):
            found = running_version(endpoint)
            if found == LOCALSTACK.version:
                say("LocalStack %s, started from elsewhere, answers on port %d: without moto" % (found, port))
                return {"AWS_ENDPOINT_URL": endpoint}
            refuse_taken(port, found)
            forget_ended()
            launch(port, free[1], owner)
        moto = "http://%s:%s" % (HOST, (STATE / str(port) / "moto").read_text().strip())
    try:
        await_health(port, endpoint, moto)
        warm_up(endpoint)
    except BaseException:
        stop(port)
        raise
    return {"AWS_ENDPOINT_URL": endpoint} | dict.fromkeys(OF_MOTO, moto)


def free_ports(n_ports):
    with contextlib.ExitStack() as probes:
        # All are held until the last is found, or the system could give one of them twice.
        sockets = [probes.enter_context(socket.socket()) for _ in range(n_ports)]
        for probe in sockets:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in sockets]


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


def launch(port, moto_port, owner):
    """Starts `watch` in a process group of its own, holding the instance's lock, its output in the log."""
    instance = STATE / str(port)
    for name in ("home", "tmp", "volume"):
        (instance / name).mkdir(parents=True, exist_ok=True)
    (instance / "moto").write_text("%d\n" % moto_port)
    command = [LOCALSTACK.python(), __file__, "watch", "--moto", str(moto_port)]
    command += ["--owner", str(owner)] if owner else []
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

    The caller's own is left out: an AWS_PROFILE, for one, keeps LocalStack from starting, and a MOTO_ACCOUNT_ID
    would put all accounts of moto into one.
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


def await_health(port, endpoint, moto):
    deadline = time.monotonic() + HEALTHY_WITHIN_S
    while running_version(endpoint) is None or not answers(moto + "/moto-api/data.json"):
        if not is_alive(port):
            sys.exit("LocalStack or moto ended while it started; %s" % log_tail(port))
        if time.monotonic() > deadline:
            sys.exit("LocalStack and moto were not up within %d s; %s" % (HEALTHY_WITHIN_S, log_tail(port)))
        time.sleep(0.1)


def answers(url):
    with contextlib.suppress(OSError):
        with NO_PROXY.open(url, timeout=5) as answer:
            return answer.status == 200
    return False


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


def watch(owner, lock, moto_port):
    """Runs LocalStack and moto until one of them ends, their time is up, or their owner is gone."""
    commands = [
        [sys.executable, "-m", "localstack.runtime.main"],
        [MOTO.python(), HERE / "moto_server.py", "--host", HOST, "--port", str(moto_port)],
    ]
    programs = [subprocess.Popen(command, pass_fds=[lock]) for command in commands]
    deadline = time.monotonic() + LIFETIME_S
    while all(it.poll() is None for it in programs) and time.monotonic() < deadline:
        if owner is not None and not exists(owner):
            break
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
            sys.exit("what was started on port %d does not end; its process group is %d" % (port, group))
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
