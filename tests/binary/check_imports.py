#!/usr/bin/env python3
"""Checks what the library imports from the system.

Usage: check_imports.py STATIC_LIBRARY

A library can only call what it imports. This one imports the C++ runtime, memory and string
functions, the clock, getenv, functions that read files, in one object those that end the program with
a message, and in another functions of a cryptographic library that compute. So
it has no means to open a socket, to start a program or a thread, or to write a file.
"""

import re
import subprocess
import sys

# Hashes, elliptic curves and their numbers, wiping and comparing: not BIO_*, which reads and writes.
LIBRARIES = {
    "crypto_libcrypto": re.compile(r"(SHA256|BN|EC_POINT|EC_GROUP|EC_KEY|ECDSA|ERR)_"
                                   r"|OPENSSL_cleanse$|CRYPTO_memcmp$"),
    "crypto_evp": re.compile(r"(BN|EC_POINT|EC_GROUP|EVP_MD|EVP_PKEY|ERR)_|EVP_Digest"
                             r"|OSSL_PARAM_construct_|OPENSSL_cleanse$|CRYPTO_memcmp$"),
    "crypto_custom": re.compile(r"mbedtls_"),
}
C = {
    "bcmp", "memchr", "memcmp", "memcpy", "memmove", "memset", "strcmp", "strlen",  # text
    "getenv",
    "fopen", "fread", "ferror", "fclose", "setvbuf",  # AWS's files
}
OF_ERROR = {"fprintf", "__fprintf_chk", "stderr", "abort"}  # on_missing_value()
# The C++ runtime, and symbols that compilers and sanitizers add.
RUNTIME = re.compile(r"__(cxa|gxx_personality|dso_handle|errno_location|libc_single_threaded"
                     r"|stack_chk|asan|ubsan|sanitizer|lsan)|_Unwind|_GLOBAL_OFFSET_TABLE_"
                     r"|DW\.ref|__clang_call_terminate|__tls_get_addr|__(mem|str)\w+_chk")
# Parts of the C++ library that do more than compute.
FORBIDDEN_CPP = re.compile(r"\bstd::(\w+::)*(thread|jthread|basic_[io]?fstream|basic_filebuf"
                           r"|filesystem|condition_variable|mutex|async|random_device)\b")


def imports_of(library, *options):
    """Yields pairs of an object's name and a symbol."""
    lines = subprocess.run(["nm", "-A", "--undefined-only", *options, library], check=True,
                           capture_output=True, encoding="utf-8").stdout.splitlines()
    for line in lines:
        file, name = re.match(r"(.*): +[A-Za-z] (.*)", line).groups()
        yield file.rpartition(":")[2], name


def wrong_imports(library):
    for file, name in imports_of(library):
        own = LIBRARIES.get(file.partition(".")[0])
        if file.startswith("error.") and name in OF_ERROR:
            continue
        if not (name in C or name.startswith("_Z") or RUNTIME.match(name) or own and own.match(name)):
            yield f"{file} imports {name}"
    for file, name in imports_of(library, "--demangle"):
        if FORBIDDEN_CPP.search(name):
            yield f"{file} imports {name}"


def main(library):
    problems = [*wrong_imports(library)]
    print(*(problems or ["all imports are allowed"]), sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
