"""Compiles the module, the unit tests and the fuzzers.

Everything goes to var/test/build of the checkout (COMMERCE_TEST_BUILD moves
it), nothing is written beside the sources. A build is taken again while the
sources, told by a hash, are the same.
"""

import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import threading

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
OUTPUT = os.environ.get("COMMERCE_TEST_BUILD",
                        os.path.join(ROOT, "var", "test", "build"))
MODULE = "ngx_http_commerce_module.so"
NGINX = "/usr/share/nginx/src"

WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Werror",
            "-Wno-unused-parameter"]
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined",
            "-fno-omit-frame-pointer", "-g", "-O1"]
LIBRARIES = ["-ljansson", "-lyaml", "-lcrypto", "-lpcre2-8", "-ljwt",
             "-largon2", "-lhiredis", "-lz", "-lm", "-lpthread"]


class Failed(Exception):
    """A compiler said no; the message is what it said."""


def run(arguments, **options):
    done = subprocess.run(arguments, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **options)
    if done.returncode != 0:
        raise Failed("%s\n%s" % (" ".join(arguments)[:400],
                                 done.stdout[-8000:]))
    return done.stdout


def sources():
    paths = glob.glob(os.path.join(ROOT, "ngx_commerce_module", "**",
                                   "*.[ch]"), recursive=True)
    return sorted(paths + glob.glob(os.path.join(ROOT, "config")))


def digest(paths, extra=""):
    total = hashlib.sha256(extra.encode())
    for path in paths:
        total.update(os.path.relpath(path, ROOT).encode())
        with open(path, "rb") as file:
            total.update(hashlib.sha256(file.read()).digest())
    return total.hexdigest()


def fresh(stamp, value):
    try:
        with open(stamp) as file:
            return file.read() == value
    except OSError:
        return False


def settle(stamp, value):
    with open(stamp, "w") as file:
        file.write(value)


def module(variant):
    """The path of the module: variant is `normal` or `asan`."""
    os.makedirs(OUTPUT, exist_ok=True)
    with open(os.path.join(OUTPUT, variant + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _module(variant)


def _module(variant):
    directory = os.path.join(OUTPUT, variant)
    target = os.path.join(directory, "objs", MODULE)
    options = SANITIZE if variant == "asan" else ["-g", "-O2"]
    value = digest(sources(), variant + " ".join(options))
    stamp = os.path.join(directory, "stamp")
    if os.path.exists(target) and fresh(stamp, value):
        return target
    _prepare(directory, options)
    run(["make", "-s", "-f", "objs/Makefile", "-j",
         str(os.cpu_count() or 1), "modules"], cwd=directory)
    settle(stamp, value)
    return target


def _prepare(directory, options):
    """Configures again when a file came or went; make sees to the rest."""
    names = "\n".join(os.path.relpath(path, ROOT) for path in sources())
    value = digest([os.path.join(ROOT, "config")], names + " ".join(options))
    stamp = os.path.join(directory, "configured")
    if fresh(stamp, value):
        return
    shutil.rmtree(directory, ignore_errors=True)
    os.makedirs(directory)
    run(["cp", "-rs", NGINX + "/.", directory])
    _configure(directory, options)
    settle(stamp, value)


def _configure(directory, options):
    """nginx's own configure with Debian's flags: the same ABI."""
    compiler = " ".join(options + ["-fPIC"] + WARNINGS)
    linker = options[0] if options[0].startswith("-fsanitize") else ""
    script = ('. ./conf_flags; exec ./configure "${NGX_CONF_FLAGS[@]}"'
              ' --add-dynamic-module="$1" --with-cc-opt="$2"'
              ' --with-ld-opt="$3"')
    run(["bash", "-c", script, "configure", ROOT, compiler, linker],
        cwd=directory)


def _objects(name, compiler, flags):
    """base/*.c as one static archive: what unit tests and fuzzers link."""
    with ARCHIVES:
        return _archive(name, compiler, flags)


ARCHIVES = threading.Lock()


def _archive(name, compiler, flags):
    directory = os.path.join(OUTPUT, name)
    files = sorted(glob.glob(os.path.join(ROOT, "ngx_commerce_module", "base",
                                          "*.c")))
    heads = sorted(glob.glob(os.path.join(ROOT, "ngx_commerce_module", "base",
                                          "*.h")))
    os.makedirs(directory, exist_ok=True)
    archive = os.path.join(directory, "base.a")
    value = digest(files + heads, compiler + " ".join(flags))
    stamp = os.path.join(directory, "stamp")
    if os.path.exists(archive) and fresh(stamp, value):
        return archive
    pending = []
    made = []
    for path in files:
        made.append(os.path.join(directory, os.path.basename(path) + ".o"))
        # no -I of base: its jwt.h would stand before libjwt's own
        pending.append([compiler, *flags, *WARNINGS, "-c", path,
                        "-o", made[-1]])
    parallel(pending)
    if os.path.exists(archive):
        os.unlink(archive)
    if made:
        run(["ar", "rcs", archive, *made])
    settle(stamp, value)
    return archive


def parallel(commands):
    """Runs the commands, a few at a time; the first failure is raised."""
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for result in [pool.submit(run, command) for command in commands]:
            result.result()


def _program(kind, path, compiler, flags, archive, libraries):
    """One program from one source file; base objects are linked as needed."""
    directory = os.path.join(OUTPUT, kind)
    os.makedirs(directory, exist_ok=True)
    target = os.path.join(directory, os.path.splitext(
        os.path.basename(path))[0])
    heads = sorted(glob.glob(os.path.join(os.path.dirname(path), "*.h")))
    value = digest([path, archive, *heads],
                   compiler + " ".join(flags + libraries))
    stamp = target + ".stamp"
    if not (os.path.exists(target) and fresh(stamp, value)):
        base = os.path.join(ROOT, "ngx_commerce_module", "base")
        # -iquote: "jwt.h" is ours, <jwt.h> is libjwt's.
        run([compiler, *flags, *WARNINGS, "-iquote", base,
             "-iquote", os.path.join(ROOT, "ngx_commerce_module"),
             path, archive,
             *libraries, *LIBRARIES, "-o", target])
        settle(stamp, value)
    return target


def unit(path):
    """A cmocka program under ASAN and UBSAN."""
    archive = _objects("unit-base", "gcc", SANITIZE)
    return _program("unit", path, "gcc", SANITIZE, archive, ["-lcmocka"])


def _nginx_headers(path):
    """For the fuzzers of io/: nginx's headers as configured for the module.

    Only files of io/ that call nothing of nginx can be included so.
    """
    with open(path) as file:
        if '#include "io/' not in file.read():
            return []
    objects = os.path.dirname(module("normal"))
    return [word for directory in (
        objects, *(os.path.join(NGINX, "src", name) for name in
                   ("core", "event", "event/modules", "os/unix")))
        for word in ("-isystem", directory)]


def fuzzer(path):
    """A libFuzzer program under ASAN and UBSAN."""
    flags = ["-fsanitize=fuzzer-no-link,address,undefined",
             "-fno-sanitize-recover=undefined", "-g", "-O1"]
    archive = _objects("fuzz-base", "clang-14", flags)
    return _program("fuzz", path, "clang-14",
                    [*_nginx_headers(path),
                     "-fsanitize=fuzzer,address,undefined",
                     "-fno-sanitize-recover=undefined", "-g", "-O1"],
                    archive, [])
