"""Calls that would stop a worker, or that no C file should make at all."""

import re

from . import source

WAITS = r"""PQexec\w* PQprepare PQdescribe\w+ PQcancel PQrequestCancel
PQconnectdb\w* PQsetdb\w* PQreset PQping\w* PQfn lo_\w+
PQgetCopyData(?!\s*\([^;]*,\s*1\))
sleep usleep nanosleep ngx_msleep poll select epoll_wait getaddrinfo
gethostby\w+ getnameinfo redisCommand\w* redisvCommand redisConnect\w*
redisGetReply redisAppend\w* curl_easy_perform curl_multi_poll
curl_multi_wait rd_kafka_flush rd_kafka_poll system popen waitpid
pthread_join sem_wait"""

UNSAFE = r"""strcpy strcat sprintf vsprintf gets alloca strtok setlocale
asctime ctime localtime gmtime rand srand tmpnam mktemp"""

PATTERN = r"(?<![\w.>])(%s)\s*\("


def expression(words):
    return re.compile(PATTERN % "|".join(words.split()))


def findings(root):
    found = []
    for path in source.tracked(root, source.C):
        text = source.code(source.read(root, path))
        for words, what in ((WAITS, "may block"), (UNSAFE, "is unsafe")):
            for match in expression(words).finditer(text):
                found.append("%s:%d: %s() %s"
                             % (path, source.line_of(text, match.start()),
                                match.group(1), what))
    return found
