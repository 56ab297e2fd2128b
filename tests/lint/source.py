"""What several lints need to know about the tree and about C text."""

import os
import re
import subprocess

C = r"ngx_commerce_module/.*\.[ch]$"


def tracked(root, pattern):
    """Paths below root, relative, that git knows or would add, matching."""
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=root,
        text=True, capture_output=True)
    if done.returncode == 0:
        paths = done.stdout.splitlines()
    else:
        paths = [os.path.relpath(os.path.join(where, name), root)
                 for where, _, names in os.walk(root) for name in names]
    return sorted(path for path in set(paths) if re.search(pattern, path)
                  and os.path.isfile(os.path.join(root, path)))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8",
              errors="replace") as file:
        return file.read()


def blank(match):
    """As many characters and lines as the match, but nothing in them."""
    return re.sub(r"[^\n]", " ", match.group(0))


def code(text, strings=False):
    """C text with comments (and string contents) blanked, lines kept."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''

    def hide(match):
        word = match.group(0)
        if word[0] == "/":
            return blank(match)
        if strings:
            return word
        return word[0] + re.sub(r"[^\n]", "_", word[1:-1]) + word[-1]

    return re.sub(pattern, hide, text, flags=re.S)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def functions(text):
    """(name, first line, last line) of each function of stripped C text.

    nginx's shape: the name opens a line, the body is a brace alone in
    column 0 and ends with one.
    """
    pattern = re.compile(r"^(\w+)\([^;{}]*\)\s*\n\{\n.*?^\}", re.M | re.S)
    return [(match.group(1), line_of(text, match.start()),
             line_of(text, match.end())) for match in pattern.finditer(text)]


def closing(text, position):
    """The position after the parenthesis that closes the one at position."""
    depth = 0
    for index in range(position, len(text)):
        if text[index] == "(":
            depth += 1
        elif text[index] == ")":
            depth -= 1
            if depth == 0:
                return index + 1
    return len(text)
